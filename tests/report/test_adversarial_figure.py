"""Adversarial examples: the figure, the sentence that the numbers make, and the tables."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr

from scatterlab.analyses.adversarial import CHANGES
from scatterlab.report.adversarial import finding, plot_adversarial

PUBLISHED = {
    "models": {
        "pixels": {"name": "FC10", "error": 7.4, "distortion": 0.062},
        "other": {"name": "AE400-10", "error": None, "distortion": 0.086},
    },
    "confidence": "S2",
    "source": "Table 1",
}


def store(size=0.05, samples=6, failed=0, channels=1, seed=0):
    """What `analyses.adversarial.adversarial_examples` gives; the last image is decided wrongly."""
    rng = np.random.default_rng(seed)
    images = rng.random((samples, channels, 8, 8), dtype=np.float32)
    examples = images[None] + size * rng.normal(size=(4, *images.shape)).astype(np.float32)
    label = np.arange(samples) % 3
    decided, decision = label.copy(), np.tile((label + 1) % 3, (4, 1))
    decided[-1] = (label[-1] + 1) % 3
    decision[3] = label
    gone = np.zeros((4, samples), bool)
    gone[:, -1] = True
    gone[[0, 3], :failed] = True
    examples[gone], decision[gone] = np.nan, -1
    distortion = np.sqrt(np.square(examples - images).mean((2, 3, 4)))
    dims = ("sample", "channel", "y", "x")
    return xr.Dataset(
        {
            "images": (dims, images),
            "examples": (("change", *dims), examples),
            "distortion": (("change", "sample"), distortion),
            "relative": (("change", "sample"), 2 * distortion),
            "decision": (("change", "sample"), decision),
        },
        coords={
            "label": ("sample", label),
            "decided": ("sample", decided),
            "target": ("sample", (label + 1) % 3),
        },
        attrs={
            "changes": list(CHANGES),
            "target": "random",
            "split": "test",
            "error": 0.0164,
            "tested": 10_000,
            "class_names": [r"$\frac{1$", "<b>\x1b", "c\n-->"],
        },
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_the_figure_is_whole_and_the_same_twice(tmp_path, channels):
    stores = {"pixels": store(channels=channels), "lenet5": store(0.1, failed=6)}
    for name in ("one.svg", "two.svg"):
        plot_adversarial(stores, ["fourier", "pixels", "lenet5"], tmp_path / name)
    ElementTree.parse(tmp_path / "one.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_failures_and_images_that_were_wrong_before_are_counted():
    told = finding({"pixels": store(failed=2), "none": store(failed=6)}, None)
    (table,) = told.tables
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["attacked"], row["wrong before"], row["error %"]) == ("5", "1", "1.64")
    assert row["L-BFGS"].endswith("(3)")
    assert row["DeepFool"].endswith("(5)")
    assert row["noise, % wrong"] == "0.0"
    assert table.rows[1][4] == "– (0)"
    assert "For pixels, a change of" in told.sentence
    assert "For none, no adversarial example was found." in told.sentence
    assert "are zero" not in table.note


def test_zero_images_are_counted():
    dark = store()
    dark["images"][1] = 0
    (table,) = finding({"pixels": dark}, None).tables
    assert "1 image is zero" in table.note


def test_ours_stand_beside_what_is_published():
    _, table = finding({"pixels": store(), "scattering": store(0.1)}, PUBLISHED).tables
    rows = {row[0]: row[1:] for row in table.rows}
    ours = float(rows["FC10"][3])
    assert rows["FC10"][:3] == ["7.4", "1.64", "0.062"]
    assert rows["FC10"][4] == f"{100 * (ours / 0.062 - 1):+.0f} %"
    assert rows["AE400-10"] == ["–", "–", "0.086", "–", "–"]
    assert rows["scattering"][0] == "–"
    assert float(rows["scattering"][3]) > ours
    assert "S2" in table.title
