"""The entries of Caltech-101 and Caltech-256, on small archives in their published formats."""

from pathlib import Path

import numpy as np
import pytest
from small_archives import archive_section, png_bytes, prepared, write_tar

from scatterlab.config.load import load_config
from scatterlab.errors import DataError

ROOT = Path(__file__).parents[2]


def entry(name, archive, **changes):
    """The data set `name` of datasets.yaml with another archive, as a mapping."""
    config = load_config(ROOT / "datasets.yaml", ROOT / "config.yaml")
    spec = config.datasets[name].model_dump(mode="json")
    return spec | {"archives": archive_section(archive), "size": [12, 12]} | changes


def photograph(number, grey=False):
    shape = (20 + number % 3, 30) if grey else (20 + number % 3, 30, 3)
    return png_bytes(np.full(shape, number, np.uint8), format="JPEG")


def caltech101(folder):
    members = {
        f"101_ObjectCategories/{name}/image_{number:04d}.jpg": photograph(number, grey=number == 2)
        for name in ("BACKGROUND_Google", "Faces", "accordion", "yin_yang")
        for number in range(1, 33)
    }
    return write_tar(folder / "101_ObjectCategories.tar.gz", members, "gz")


def caltech256(folder):
    members = {
        f"256_ObjectCategories/{name}/{name[:3]}_{number:04d}.jpg": photograph(number)
        for name in ("001.ak47", "056.dog", "198.spider", "257.clutter")
        for number in range(1, 33)
    }
    members["256_ObjectCategories/198.spider/RENAME2"] = b"#!/bin/sh"
    return write_tar(folder / "256_ObjectCategories.tar", members)


@pytest.mark.parametrize(
    ("name", "make", "classes"),
    [
        ("caltech101", caltech101, ["accordion", "Faces", "yin_yang"]),
        ("caltech256", caltech256, ["001.ak47", "056.dog", "198.spider"]),
    ],
)
def test_thirty_of_each_class_train_and_the_clutter_is_left_out(tmp_path, name, make, classes):
    archive = make(tmp_path)
    store = prepared(tmp_path, entry(name, archive), archive)
    assert sorted(store.attrs["class_names"], key=str.lower) == classes
    assert store.images.shape == (96, 3, 12, 12)
    assert np.bincount(store.label[store.split == 0]).tolist() == [30] * 3
    assert np.bincount(store.label[store.split == 1]).tolist() == [2] * 3


def test_a_class_to_leave_out_that_is_not_there_is_named(tmp_path):
    archive = caltech101(tmp_path)
    spec = entry("caltech101", archive, exclude=["BACKGROUND_Gogle"])
    with pytest.raises(DataError, match="no class 'BACKGROUND_Gogle'; did you mean 'BACKGROUND_G"):
        prepared(tmp_path, spec, archive)
