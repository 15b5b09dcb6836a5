"""The scripts that measure occlusion and clutter: whole stores, and mistakes said plainly."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import scatterlab
from scatterlab.cascades.registry import build_network
from scatterlab.config.clutter import Clutter
from scatterlab.config.networks import Convolutional
from scatterlab.config.occlusion import Occlusion
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import write_dataset
from scatterlab.training.tensors import write_tensors

SCRIPTS = Path(scatterlab.__file__).parents[1] / "scripts"
NETWORK = Convolutional(kind="convolutional", channels=[4, 8]).model_dump(mode="json")
SPEC = {"kind": "network", "network": NETWORK, "layer": "output"}


def small_images(side=16, count=12):
    rng = np.random.default_rng(side)
    return xr.Dataset(
        {
            "images": (
                ("sample", "channel", "y", "x"),
                rng.integers(0, 256, (count, 1, side, side), "u1"),
            )
        },
        coords={
            "label": ("sample", np.arange(count) % 3),
            "split": ("sample", np.arange(count) // 3 % 2),
        },
        attrs={
            "title": "Noise",
            "class_names": ["a", "b", "c"],
            "split_names": ["train", "test"],
        },
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with images, larger backgrounds, and a network's first weights."""
    folder = tmp_path_factory.mktemp("made")
    for name, store in (("images", small_images()), ("backgrounds", small_images(40, 3))):
        write_dataset(folder / f"{name}.zarr", store)
        write_manifest(folder / f"{name}.zarr", folder / f"{name}.json")
    network = build_network(NETWORK, (1, 16, 16), 3)
    write_tensors(folder / "weights.safetensors", network.state_dict(), {})
    return folder


def measure(made, folder, name, settings, backgrounds="backgrounds"):
    """Run the script of a property; what it printed, and the path of its result."""
    which = {"datasets", "representations", "without"}
    analysis = settings.model_dump(mode="json", exclude=which)
    analysis["layers"] = analysis["layers"].get("net")
    command = [sys.executable, SCRIPTS / f"measure_{name}.py", "--analysis", json.dumps(analysis)]
    command += ["--images", made / "images.zarr", "--images-manifest", made / "images.json"]
    command += ["--spec", json.dumps(SPEC), "--weights", made / "weights.safetensors"]
    command += ["--backgrounds", made / f"{backgrounds}.zarr"]
    command += ["--backgrounds-manifest", made / f"{backgrounds}.json"]
    command += ["--store", folder / "result.zarr", "--manifest", folder / "result.json"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return done.stderr.strip(), folder / "result.zarr"


def test_clutter_of_every_kind(made, tmp_path):
    settings = Clutter(
        kinds=["texture", "patches", "backgrounds"],
        backgrounds="others",
        over=[0, 0.5],
        behind=[1],
        layers={"net": ["output"]},
    )
    printed, path = measure(made, tmp_path, "clutter", settings)
    assert printed == ""
    found = open_store(path)
    assert found.attrs["kinds"] == ["texture", "patches", "backgrounds"]
    assert found.attrs["layers"] == ["output"]
    assert dict(found.sizes)["clutter"] == 3 * 3
    assert (found["change"].values[::3] == 0).all()


def test_maps_of_occlusion(made, tmp_path):
    printed, path = measure(made, tmp_path, "occlusion", Occlusion(examples=2, size=4, stride=4))
    assert printed == ""
    assert open_store(path)["probability"].shape == (2, 4, 4)


def test_a_mistake_is_said_plainly_and_leaves_nothing(made, tmp_path):
    printed, path = measure(made, tmp_path, "occlusion", Occlusion(size=17))
    assert printed.startswith("error: size=17: a square of 1 to 16 pixels")
    assert not path.exists()
