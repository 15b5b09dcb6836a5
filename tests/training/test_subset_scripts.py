"""A network that is trained on one draw, and what it decides of the test images."""

import csv
import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from scatterlab.classifiers.subset import training_subset
from scatterlab.config.networks import LeNet5
from scatterlab.stores.reader import open_store
from scatterlab.training.tensors import read_tensors

SCRIPTS = Path(__file__).parents[2] / "src" / "scripts"
SPEC = LeNet5(kind="lenet5", epochs=1, batch_size=10, least_steps=12).model_dump(mode="json")


@pytest.fixture
def script(monkeypatch):
    """Run a script in this process."""

    def run(name, *options, **files):
        given = [part for key, value in files.items() for part in (f"--{key}", str(value))]
        monkeypatch.setattr(sys, "argv", [name, *map(str, options), *given])
        monkeypatch.syspath_prepend(SCRIPTS)
        runpy.run_path(str(SCRIPTS / name), run_name="__main__")

    return run


@pytest.fixture
def trained(script, images_store, tmp_path):
    """Trains on one draw and evaluates it; the folder of all that came out."""

    def run(size, draw, *protocol):
        folder = tmp_path / f"{size}-{draw}"
        store, manifest = images_store
        options = ("--images-manifest", manifest, "--size", size, "--draw", draw, *protocol)
        files = {"images": store, "spec": json.dumps(SPEC)}
        files |= {name: folder / name for name in ("weights", "history")}
        checkpoints = {"checkpoints": folder / "checkpoints"}
        script("train_network.py", *options, **files, **checkpoints)
        files |= {"evaluation": folder / "e.json", "predictions": folder / "p.csv"}
        script("evaluate_network.py", *options, **files, dataset="noise", network="lenet")
        return folder

    return run


def test_a_network_that_learns_from_a_part_says_of_how_many_images(script, images_store, tmp_path):
    store, manifest = images_store
    spec = json.dumps({**SPEC, "part": {"number": 2, "of": 3, "seed": 0}})
    files = {"images": store, "images-manifest": manifest, "spec": spec}
    files |= {name: tmp_path / name for name in ("weights", "history", "checkpoints")}
    script("train_network.py", **files)
    assert json.loads((tmp_path / "history").read_text())["n_train"] == 20


def test_it_learns_from_its_own_images_and_decides_of_the_test_images(trained, images_store):
    folder = trained(20, 1, "--seed", 7)
    history = json.loads((folder / "history").read_text())
    assert history["n_train"] == 20
    assert len(history["epochs"]) == 6
    found = json.loads((folder / "e.json").read_text())
    assert (found["representation"], found["classifier"]) == ("lenet", "network")
    assert (found["n_train"], found["n_test"], found["draw"]) == (20, 20, 1)
    assert found["parameters"]["epochs"] == 6
    rows = list(csv.DictReader((folder / "p.csv").read_text().splitlines()))
    assert [int(row["sample"]) for row in rows] == list(range(60, 80))
    assert found["accuracy"] == np.mean([row["label"] == row["predicted"] for row in rows]) == 1

    weights, _ = read_tensors(folder / "weights")
    store = open_store(images_store[0])
    chosen = training_subset(store["label"].values[:60], 20, draw=1, seed=7)
    mean = store["images"].values[chosen].mean() / 255
    assert weights["standardise.mean"].item() == pytest.approx(mean, rel=1e-5)


def test_each_draw_has_other_images_and_other_first_weights(trained):
    tensors = [read_tensors(trained(20, draw) / "weights")[0] for draw in (0, 1)]
    assert tensors[0]["standardise.mean"] != tensors[1]["standardise.mean"]
    everything = [read_tensors(trained("all", draw) / "weights")[0] for draw in (0, 1)]
    assert everything[0]["standardise.mean"] == everything[1]["standardise.mean"]
    assert not everything[0]["C1.weight"].equal(everything[1]["C1.weight"])


def test_resampled_it_is_tested_on_all_others(trained):
    found = json.loads((trained(10, 0, "--splits", "resampled") / "e.json").read_text())
    assert (found["n_train"], found["n_test"]) == (20, 60)


def test_a_size_that_there_is_not_is_refused(trained):
    with pytest.raises(SystemExit, match="train size 61: the data set has 60 training samples"):
        trained(61, 0)
