"""A user's own folder of images: three lines of configuration."""

import json

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.workflow
TARGET = "results/classification/mine/scattering1/affine_pca/train-all-draw-0/evaluation.json"


@pytest.fixture
def folder(tmp_path):
    """Stripes that stand, and stripes that lie, of mixed sizes."""
    rng = np.random.default_rng(0)
    for name, axis in (("lying", 0), ("standing", 1)):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(15):
            size = int(rng.integers(20, 40))
            phase = rng.uniform(0, 2 * np.pi)
            wave = 127 + 100 * np.sin(np.arange(size) * 0.9 + phase)
            image = np.broadcast_to(wave[:, None] if axis == 0 else wave, (size, size))
            noisy = np.clip(image + rng.normal(0, 10, image.shape), 0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(tmp_path / "mine" / name / f"{number}.png")
    return tmp_path / "mine"


def test_three_lines_are_enough(workflow, folder):
    lines = f"datasets:\n  mine:\n    {{format: folder, path: {folder}}}\n"
    change = workflow.write("mine.yaml", lines)
    workflow.run(TARGET, config=[change])
    evaluation = json.loads((workflow.folder / TARGET).read_text())
    assert evaluation["class_names"] == ["lying", "standing"]
    assert evaluation["accuracy"] == 1
    assert evaluation["n_train"] == 24

    (folder / "standing" / "14.png").unlink()
    assert "prepare_dataset" in workflow.planned(TARGET, config=[change])


def test_an_unreadable_image_is_named(workflow, folder):
    (folder / "lying" / "3.png").write_bytes(b"")
    change = workflow.write("mine.yaml", f"datasets: {{mine: {{format: folder, path: {folder}}}}}")
    printed = workflow.run(TARGET, config=[change], fails=True)
    assert str(folder / "lying" / "3.png") in printed
    assert "Traceback" not in printed
