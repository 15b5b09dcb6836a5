"""A workflow's results in small: features of one representation, in two shards."""

from pathlib import Path

import numpy as np
import pytest

from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import StoreWriter

SAMPLES, SHARDS = 10, 2


@pytest.fixture
def features(tmp_path) -> Path:
    """results/features/digits/scattering1 of a workflow's folder, with manifests."""
    folder = tmp_path / "results" / "features" / "digits" / "scattering1"
    attrs = {
        "class_names": ["a", "b", "c"],
        "split_names": ["train", "test"],
        "title": "Digits in small",
        "representation": "scattering1",
        "layer": "S",
        "specification": {"kind": "scattering", "J": 2},
        "engine": "reference",
    }
    for shard in range(SHARDS):
        number = np.arange(SAMPLES) + shard * SAMPLES
        coords = {
            "sample": ("sample", number),
            "label": ("sample", number % 3),
            "split": ("sample", number % 2),
            "order": ("channel", np.array([0, 1, 1, 2]), {"long_name": "number of wavelets"}),
            "theta1": ("channel", np.array([-1, 0, 1, 0]), {"none": -1}),
        }
        values = np.random.default_rng(shard).random((SAMPLES, 4, 2, 2), np.float32)
        path = folder / f"shard-{shard}-of-{SHARDS}.zarr"
        dims = ("sample", "channel", "y", "x")
        with StoreWriter(path, "features", values.shape, dims, "float32", coords, attrs) as writer:
            writer.append(values)
        write_manifest(path, path.with_suffix(".json"), parameters={"J": 2}, engine="reference")
    return folder
