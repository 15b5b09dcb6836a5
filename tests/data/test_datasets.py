"""The data sets in datasets.yaml, and, from a mirror, what they hold."""

import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml
from small_archives import spec_of

from scatterlab.data.fetch import fetch_archive
from scatterlab.data.prepare import prepare_dataset

DATASETS = yaml.safe_load((Path(__file__).parents[2] / "datasets.yaml").read_text("utf-8"))[
    "datasets"
]

# data set → (training images, test images) of each class in the mirror's data, (channel, y, x)
HELD = {
    "mnist": ([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], 10_000, (1, 32, 32)),
    "usps": ([1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644], 2007, (1, 16, 16)),
    "kth_tips": ([40] * 10, 410, (1, 200, 200)),
    "coil20": ([36] * 20, 720, (1, 128, 128)),
    "cifar10_5k": ([396, 366, 420, 384, 422, 393, 414, 385, 407, 413], 1000, (3, 32, 32)),
    "cifar10_jpeg75": ([5000] * 10, 10_000, (3, 32, 32)),
    "fsdd": ([270] * 10, 300, (1, 1, 8192)),
}


@pytest.mark.parametrize("name", DATASETS)
def test_sections_are_valid_and_titled(name):
    spec = spec_of(**DATASETS[name])
    assert spec["title"]
    assert all(archive["file"].count("/") == 1 for archive in spec["archives"])


@pytest.mark.mirror
@pytest.mark.parametrize("name", HELD)
def test_the_mirror_s_data_are_as_published(name, tmp_path):
    mirror = os.environ.get("SCATTERLAB_MIRROR")
    if not mirror:
        pytest.skip("SCATTERLAB_MIRROR is not set: no real data sets to read")
    spec = spec_of(**DATASETS[name])
    archives = {archive["file"]: tmp_path / archive["file"] for archive in spec["archives"]}
    for archive in spec["archives"]:
        fetch_archive(archive, archives[archive["file"]], mirror)
    prepare_dataset(spec, archives, tmp_path / "images.zarr", tmp_path / "images.json")
    store = xr.open_zarr(tmp_path / "images.zarr", chunks=None)
    train, tested, shape = HELD[name]
    assert np.bincount(store.label[store.split == 0]).tolist() == train
    assert int((store.split == 1).sum()) == tested
    assert store.images.shape[1:] == shape
