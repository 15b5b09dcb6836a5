import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from scatterlab import Scattering2D
from scatterlab.errors import ConfigError, StoreError
from scatterlab.features import compute_features, shard_bounds
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.reader import open_features
from scatterlab.stores.writer import StoreWriter

SCRIPT = Path(__file__).parents[1] / "src" / "scripts" / "compute_features.py"
SPEC = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2}


@pytest.fixture
def images(tmp_path):
    """A store of eleven random grey images of 8×8 pixels, and its manifest."""
    values = np.random.default_rng(0).integers(0, 256, (11, 1, 8, 8), np.uint8)
    number = np.arange(11)
    coords = {"sample": ("sample", number), "label": ("sample", number % 2)}
    coords["split"] = ("sample", (number >= 7).astype(int))
    attrs = {"class_names": ["a", "b"], "split_names": ["train", "test"], "title": "noise"}
    dims = ("sample", "channel", "y", "x")
    with StoreWriter(
        tmp_path / "images.zarr", "images", values.shape, dims, "uint8", coords, attrs
    ) as writer:
        writer.append(values)
    write_manifest(tmp_path / "images.zarr", tmp_path / "images.json")
    return tmp_path / "images.zarr", tmp_path / "images.json", values


def test_features_are_the_cascades_maps_whatever_the_shards_and_batches(images, tmp_path):
    store, manifest, values = images
    for shard in range(3):
        target = tmp_path / "f" / f"shard-{shard}-of-3"
        compute_features(
            store,
            manifest,
            SPEC,
            shard,
            3,
            target.with_suffix(".zarr"),
            target.with_suffix(".json"),
        )
    found = open_features(tmp_path / "f")
    scattering = Scattering2D(2, (8, 8), L=4)
    expected = scattering(torch.from_numpy(values[:, 0]).float() / 255)
    np.testing.assert_allclose(found["features"].values, expected.numpy(), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(found["sample"], np.arange(11))
    np.testing.assert_array_equal(found["order"], scattering.table()["order"])
    np.testing.assert_array_equal(found["theta2"], scattering.table()["theta2"])
    assert found["j1"].attrs["units"] == "log2 pixels"
    np.testing.assert_allclose(found["theta1"].attrs["angles"], np.pi * np.arange(4) / 4)


def test_every_sample_is_in_exactly_one_shard():
    bounds = [shard_bounds(17, shard, 5) for shard in range(5)]
    assert [start for start, _ in bounds] == [0, *(stop for _, stop in bounds[:-1])]
    assert bounds[-1][1] == 17
    with pytest.raises(ConfigError, match="at most as many shards"):
        shard_bounds(3, 0, 4)


def test_a_damaged_images_store_is_refused_and_nothing_is_written(images, tmp_path):
    store, manifest, _ = images
    (store / "images" / "c" / "0" / "0" / "0" / "0").unlink()
    with pytest.raises(StoreError, match="images/c/0/0/0/0 is missing"):
        compute_features(store, manifest, SPEC, 0, 1, tmp_path / "f.zarr", tmp_path / "f.json")
    assert not (tmp_path / "f.zarr").exists()


def test_the_script_says_plainly_what_is_wrong(images, tmp_path):
    store, manifest, _ = images
    command = [sys.executable, SCRIPT, "--images", store, "--images-manifest", manifest]
    command += ["--spec", json.dumps({**SPEC, "J": 9}), "--store", tmp_path / "f.zarr"]
    done = subprocess.run(
        [*command, "--manifest", tmp_path / "f.json"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: J=9 is too large: 2^J = 512")
    assert "Traceback" not in done.stderr


def script(store, manifest, target, **options):
    command = [sys.executable, SCRIPT, "--images", store, "--images-manifest", manifest]
    command += ["--spec", json.dumps(SPEC), "--store", target, "--manifest", f"{target}.json"]
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_a_full_disk_is_said_plainly_and_leaves_the_earlier_store_whole(images, tmp_path):
    """A limit on the size of a file stands for the full disk: writes fail half-way alike."""
    store, manifest, _ = images
    target = tmp_path / "f" / "shard-0-of-1.zarr"
    assert script(store, manifest, target).returncode == 0
    before = open_features(tmp_path / "f")

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    done = script(store, manifest, target, preexec_fn=small_files)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(entry.name for entry in target.parent.iterdir()) == [
        target.name,
        f"{target.name}.json",
    ]
    assert open_features(tmp_path / "f").identical(before)


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="no /sys, which nobody may write to")
def test_a_folder_that_may_not_be_written_is_named(images):
    store, manifest, _ = images
    done = script(store, manifest, Path("/sys/f.zarr"))
    assert done.returncode == 1
    assert "/sys" in done.stderr
    assert "Traceback" not in done.stderr
