"""The script: from a store of images to weights, killed and run again."""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter

from scatterlab.cascades.lenet import LeNet5 as LeNet5Network
from scatterlab.cascades.registry import build_representation
from scatterlab.config.networks import Network
from scatterlab.stores.claim import release
from scatterlab.training.checkpoint import Checkpoints, configuration_key
from scatterlab.training.tensors import read_tensors

SCRIPT = Path(__file__).parents[2] / "src" / "scripts" / "train_network.py"


def specification(**values):
    values = {"kind": "lenet5", "epochs": 3, "batch_size": 20, **values}
    return TypeAdapter(Network).validate_python(values).model_dump(mode="json")


def arguments(images_store, results, spec):
    store, manifest = images_store
    options = {
        "images": store,
        "images-manifest": manifest,
        "spec": json.dumps(spec),
        "checkpoints": results / "checkpoints",
        "weights": results / "weights.safetensors",
        "history": results / "history.json",
    }
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]


@pytest.fixture
def script(monkeypatch):
    """Run the script in this process."""

    def run(arguments):
        monkeypatch.setattr(sys, "argv", [str(SCRIPT), *arguments])
        monkeypatch.syspath_prepend(SCRIPT.parent)
        runpy.run_path(str(SCRIPT), run_name="__main__")
        release()

    return run


def kill(arguments, checkpoints, seconds):
    """Start the script; kill it with signal 9 so many `seconds` after its next checkpoint."""
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    command = [sys.executable, SCRIPT, *arguments]
    found = set(checkpoints.glob("*-epoch-*.safetensors"))
    with subprocess.Popen(command, env=os.environ | threads, stderr=subprocess.PIPE) as process:
        while process.poll() is None and found >= {*checkpoints.glob("*-epoch-*.safetensors")}:
            time.sleep(0.001)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_weights_and_history_are_written_and_checkpoints_removed(tmp_path, images_store, script):
    script(arguments(images_store, tmp_path / "out", specification()))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "history.json",
        "weights.safetensors",
    ]
    history = json.loads((tmp_path / "out" / "history.json").read_text())
    assert history["n_train"] == 60
    assert [epoch["epoch"] for epoch in history["epochs"]] == [1, 2, 3]
    representation = {"kind": "network", "network": specification(), "layer": "output"}
    network, layer = build_representation(
        representation, (1, 32, 32), 2, tmp_path / "out" / "weights.safetensors"
    )
    assert network.maps(torch.rand(4, 1, 32, 32), layer).shape == (4, 2, 1, 1)


NORMED = {"kind": "convolutional", "channels": [2, 4], "dropout": 0.5}
"""Batch normalisation keeps moments, and dropout draws."""


@pytest.mark.parametrize(
    ("kills", "values"),
    [
        (3, NORMED),
        (1, {"layer_wise": True, "loss": "simplex"}),
        (1, NORMED | {"contraction": {"method": "spectral", "every": 4}}),
    ],
)
def test_killed_again_and_again_it_writes_the_same_bytes(
    tmp_path, images_store, script, kills, values
):
    spec = specification(epochs=30, augmentation={"shift": 1, "flip": True, "deform": 1}, **values)
    script(arguments(images_store, tmp_path / "undisturbed", spec))
    killed = tmp_path / "killed"
    for seconds in np.random.default_rng(0).uniform(0, 0.1, kills):
        kill(arguments(images_store, killed, spec), killed / "checkpoints", seconds)
        assert any((killed / "checkpoints").iterdir())
        assert not (killed / "weights.safetensors").exists()
    script(arguments(images_store, killed, spec))
    for name in ("weights.safetensors", "history.json"):
        made, expected = killed / name, tmp_path / "undisturbed" / name
        assert made.read_bytes() == expected.read_bytes(), name
    assert not (killed / "checkpoints").exists()


def test_a_training_set_may_be_drawn(tmp_path, images_store, script):
    def trained(folder, *selection):
        script([*arguments(images_store, tmp_path / folder, specification()), *selection])
        history = json.loads((tmp_path / folder / "history.json").read_text())
        return history["n_train"], (tmp_path / folder / "weights.safetensors").read_bytes()

    assert trained("all")[0] == 60
    count, weights = trained("first", "--size", "20")
    assert count == 20
    assert trained("again", "--size", "20") == (count, weights)
    assert trained("second", "--size", "20", "--draw", "1")[1] != weights
    assert trained("each", "--splits", "resampled", "--size", "8")[0] == 16


def test_checkpoints_of_other_data_are_not_gone_on_from(
    tmp_path, images_store, write_images, script, capsys
):
    spec, folder = specification(), tmp_path / "out" / "checkpoints"
    _, other_manifest = write_images(tmp_path / "other.zarr", seed=1)
    other = Checkpoints(folder, configuration_key(spec, other_manifest))
    other.save({"w": torch.zeros(1)}, [{"epoch": 1, "loss": 0.1, "accuracy": 1.0}])
    script(arguments(images_store, tmp_path / "out", spec))
    assert capsys.readouterr().err.startswith("epoch 1/3")
    assert not folder.exists()


def test_altered_images_are_refused_and_earlier_weights_stay(tmp_path, images_store, script):
    weights = tmp_path / "out" / "weights.safetensors"
    weights.parent.mkdir()
    weights.write_text("earlier")
    chunks = (path for path in (images_store[0] / "images" / "c").rglob("*") if path.is_file())
    next(chunks).unlink()
    with pytest.raises(SystemExit, match=r"^error: .*images.zarr: .* is missing; delete"):
        script(arguments(images_store, tmp_path / "out", specification()))
    assert weights.read_text() == "earlier"


def test_small_images_are_refused_with_the_remedy(tmp_path, write_images, script):
    store = write_images(tmp_path / "small.zarr", size=8)
    with pytest.raises(SystemExit, match=r"not 8×8: set `size: 32`"):
        script(arguments(store, tmp_path / "out", specification()))


def test_a_specification_that_is_not_json_is_refused(tmp_path, images_store, script):
    options = arguments(images_store, tmp_path / "out", specification())
    options[options.index("--spec") + 1] = "{epochs: 3}"
    with pytest.raises(SystemExit, match="--spec is not JSON"):
        script(options)


def test_the_labels_of_the_training_split_are_learned(tmp_path, images_store, script):
    script(arguments(images_store, tmp_path / "out", specification(epochs=5)))
    history = json.loads((tmp_path / "out" / "history.json").read_text())["epochs"]
    assert np.diff([epoch["loss"] for epoch in history])[0] < 0
    assert history[-1]["accuracy"] == 1


def test_a_network_of_no_epochs_is_random_and_standardises_its_images(
    tmp_path, images_store, script
):
    script(arguments(images_store, tmp_path / "out", specification(epochs=0)))
    tensors, _ = read_tensors(tmp_path / "out" / "weights.safetensors")
    random = LeNet5Network(classes=2).state_dict()
    assert torch.equal(tensors["C5.weight"], random["C5.weight"])
    assert tensors["standardise.std"] != 1


@pytest.mark.parametrize("loss", ["words_softmax", "words_one_vs_all"])
def test_captions_are_learned_and_their_words_told(tmp_path, images_store, script, loss):
    captions = {"words_per_class": 1, "shared": 0, "fillers": 1, "dropout": 0, "wrong": 0, "K": 3}
    spec = specification(loss=loss, captions=captions, learning_rate=0.01)
    script(arguments(images_store, tmp_path / "out", spec))
    history = json.loads((tmp_path / "out" / "history.json").read_text())
    assert sorted(history["outputs"]) == ["bright.0", "dark.0", "filler.0"]
    assert history["classes"] == 3
    assert history["epochs"][-1]["accuracy"] > 0.9
    representation = {"kind": "network", "network": spec, "layer": "F6"}
    network, layer = build_representation(
        representation, (1, 32, 32), 2, tmp_path / "out" / "weights.safetensors"
    )
    assert network.maps(torch.rand(4, 1, 32, 32), layer).shape == (4, 84, 1, 1)
