"""Stores of images over a full grid of factors, small enough to be known by heart."""

from itertools import product

import numpy as np
import xarray as xr

LEVELS = {"object": ["square", "bar", "cross"], "x": [0, 4, 8, 12], "light": [0.5, 1.0]}
SHAPES = {"square": (5, 5), "bar": (9, 3), "cross": (2, 11)}


def small_scenes(size: int = 32, channels: int = 1) -> xr.Dataset:
    """Light rectangles of 3 shapes at 4 places in 2 lights, uint8, on the grid of `LEVELS`."""
    rows = list(product(*(range(len(levels)) for levels in LEVELS.values())))
    images = np.zeros((len(rows), channels, size, size), np.uint8)
    for image, (shape, x, light) in zip(images, rows, strict=True):
        height, width = SHAPES[LEVELS["object"][shape]]
        left = 6 + LEVELS["x"][x]
        image[:, 8 : 8 + height, left : left + width] = 200 * LEVELS["light"][light]
        image[:, 20:22] = 60
    return store_of(images, np.array(rows), LEVELS)


def store_of(images: np.ndarray, numbers: np.ndarray, levels: dict) -> xr.Dataset:
    """A store of images as preparing a data set makes it; `numbers` are (sample, factor)."""
    coords = {f"factor_{name}": ("sample", numbers[:, k]) for k, name in enumerate(levels)}
    coords["label"] = ("sample", numbers[:, 0])
    coords["split"] = ("sample", np.arange(len(images)) % 2)
    attrs = {"title": "Small scenes", "factors": levels, "split_names": ["train", "test"]}
    attrs["class_names"] = [str(level) for level in next(iter(levels.values()))]
    return xr.Dataset({"images": (("sample", "channel", "y", "x"), images)}, coords, attrs)
