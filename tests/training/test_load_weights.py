"""The script: from a published file to weights in the form of trained ones."""

import hashlib
import json
import runpy
import sys
from pathlib import Path

import pytest
import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.registry import build_representation
from scatterlab.config import networks
from scatterlab.stores.claim import release

SCRIPT = Path(__file__).parents[2] / "src" / "scripts" / "load_weights.py"


@pytest.fixture
def load(monkeypatch, tmp_path, images_store):
    """Run the script on a file, with some digits of its checksum; gives the specification."""
    store, manifest = images_store
    out = tmp_path / "out"

    def run(archive, digest=None, **values):
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        weights = {
            "file": f"weights/{archive.name}",
            "digests": [f"sha256:{digest or found[:8]}"],
            "classes": 2,
            "mean": [0.3],
            "std": [0.5],
            **values,
        }
        spec = networks.LeNet5(kind="lenet5", weights=weights).model_dump(mode="json")
        options = {"archive": archive, "images": store, "images-manifest": manifest}
        options |= {"spec": json.dumps(spec), "weights": out / "weights.safetensors"}
        options |= {"history": out / "history.json"}
        words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        monkeypatch.setattr(sys, "argv", [str(SCRIPT), *words])
        try:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        finally:
            release()
        return spec

    return run


@pytest.fixture
def archive(tmp_path):
    """A published file of LeNet-5 for two classes."""
    network = LeNet5((1, 32, 32), classes=2, seed=3)
    tensors = {k: v for k, v in network.state_dict().items() if "standardise" not in k}
    torch.save(tensors, tmp_path / "lenet.pth")
    return tmp_path / "lenet.pth"


def test_weights_are_a_representation_and_say_where_they_are_from(load, archive, tmp_path):
    spec = load(archive)
    weights = tmp_path / "out" / "weights.safetensors"
    representation = {"kind": "network", "network": spec, "layer": "output"}
    network, layer = build_representation(representation, (1, 32, 32), 20, weights)
    theirs = LeNet5((1, 32, 32), classes=2, seed=3)
    images = torch.rand(3, 1, 32, 32)
    torch.testing.assert_close(network.maps(images, layer), theirs.maps((images - 0.3) / 0.5))
    history = json.loads((tmp_path / "out" / "history.json").read_text())
    assert history["published"]["file"] == "weights/lenet.pth"
    assert history["classes"] == 2


def test_the_same_file_gives_the_same_bytes(load, archive, tmp_path):
    load(archive)
    first = (tmp_path / "out" / "weights.safetensors").read_bytes()
    load(archive)
    assert (tmp_path / "out" / "weights.safetensors").read_bytes() == first


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"digest": "00000000"}, r"lenet.pth: wrong checksum: expected sha256:00000000, found"),
        ({"classes": 3}, r"weights/lenet.pth: the weights are not those of LeNet-5; .*output.bias"),
        ({"mean": [0, 0, 0], "std": [1, 1, 1]}, "3 colours, and these have 1"),
    ],
)
def test_wrong_weights_are_refused_and_nothing_is_written(
    load, archive, tmp_path, changes, message
):
    with pytest.raises(SystemExit, match=rf"^error: .*{message}"):
        load(archive, **changes)
    assert not list((tmp_path / "out").iterdir())
