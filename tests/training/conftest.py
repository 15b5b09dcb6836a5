"""One thread, and a small store of images: two classes of noise that differ in brightness."""

import numpy as np
import pytest
import torch

from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import StoreWriter


@pytest.fixture(autouse=True)
def _one_thread():
    """So small a network is trained fastest by one thread, the more so beside other tests."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def images_store(tmp_path):
    """`(store, manifest)` of 60 training and 20 test images of 32×32 pixels."""
    return write(tmp_path / "images.zarr")


@pytest.fixture
def write_images():
    """``write_images(path, seed=0, size=32)`` writes such a store and gives it and its manifest."""
    return write


def write(store, seed=0, size=32):
    rng = np.random.default_rng(seed)
    label = np.arange(80) % 2
    images = rng.integers(0, 128, (80, 1, size, size)) + 100 * label[:, None, None, None]
    coords = {
        "sample": ("sample", np.arange(80)),
        "label": ("sample", label),
        "split": ("sample", (np.arange(80) >= 60).astype("int64")),
    }
    attrs = {"class_names": ["dark", "bright"], "split_names": ["train", "test"], "title": "noise"}
    dims = ("sample", "channel", "y", "x")
    with StoreWriter(store, "images", images.shape, dims, "uint8", coords, attrs) as writer:
        writer.append(images.astype("uint8"))
    manifest = store.with_suffix(".json")
    write_manifest(store, manifest)
    return store, manifest
