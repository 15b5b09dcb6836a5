"""A store of images, and the script of a property run on it in this process."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import xarray as xr

from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import write_dataset

SCRIPTS = Path(__file__).parents[2] / "src" / "scripts"


def save_images(folder: Path, values: np.ndarray, train: int = 0) -> None:
    """Keep uint8 images (sample, channel, y, x) of two classes in turn; the first `train` train."""
    numbers = np.arange(len(values))
    coords = {
        "sample": ("sample", numbers),
        "label": ("sample", numbers % 2),
        "split": ("sample", (numbers >= train).astype(int)),
    }
    attrs = {"class_names": ["a", "b"], "split_names": ["train", "test"], "title": "two classes"}
    dims = ("sample", "channel", "y", "x")
    write_dataset(folder / "images.zarr", xr.Dataset({"images": (dims, values)}, coords, attrs))
    write_manifest(folder / "images.zarr", folder / "images.json")


def measure(monkeypatch, folder: Path, name: str, spec: dict, settings: dict) -> xr.Dataset:
    """What ``measure_<name>.py`` makes of the images in `folder`."""
    target, script = folder / f"{name}.zarr", SCRIPTS / f"measure_{name}.py"
    options = {
        "images": folder / "images.zarr",
        "images-manifest": folder / "images.json",
        "spec": json.dumps(spec),
        "analysis": json.dumps(settings),
        "samples": 8,
        "store": target,
        "manifest": target.with_suffix(".json"),
    }
    given = [part for key, value in options.items() for part in (f"--{key}", str(value))]
    monkeypatch.setattr(sys, "argv", [str(script), *given])
    monkeypatch.syspath_prepend(SCRIPTS)
    runpy.run_path(str(script), run_name="__main__")
    return xr.open_zarr(target)
