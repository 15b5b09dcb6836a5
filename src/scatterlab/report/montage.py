"""A few images of each class."""

import os

import numpy as np
import xarray as xr

from scatterlab.report.confusion import shortened
from scatterlab.report.style import drawing

CLASSES = 20
PER_CLASS = 4
ACROSS = 10


def plot_images(store: xr.Dataset, target: str | os.PathLike) -> None:
    """The first training images of up to `CLASSES` classes, a column of them each.

    `store` is a store of images: ``images`` (sample, channel, y, x), coordinates ``label`` and
    ``split``, attribute ``class_names``.
    """
    names = store.attrs["class_names"]
    shown = shown_classes(len(names))
    across = min(len(shown), ACROSS)
    bands = -(-len(shown) // across)
    with drawing(target, 0.9 * across, bands * (0.85 * PER_CLASS + 0.3)) as figure:
        panels = figure.subplots(bands * PER_CLASS, across, squeeze=False)
        for axes in panels.flat:
            axes.axis("off")
        for place, label in enumerate(shown):
            top, column = PER_CLASS * (place // across), place % across
            for row, image in enumerate(first_images(store, label)):
                show_image(panels[top + row, column], image)
            panels[top, column].set_title(shortened(names[label], 9), loc="center", fontsize=8)


def shown_classes(count: int) -> list[int]:
    """All classes, or `CLASSES` of them evenly spread."""
    return sorted(set(np.linspace(0, count - 1, min(count, CLASSES)).round().astype(int).tolist()))


def first_images(store: xr.Dataset, label: int) -> np.ndarray:
    """Up to `PER_CLASS` images (channel, y, x) of a class, training images first."""
    samples = np.flatnonzero(store["label"].values == label)[:PER_CLASS]
    return store["images"].isel(sample=samples).values


def show_image(axes, image: np.ndarray) -> None:
    """Draw (channel, y, x) with the full range of intensities; not 3 channels: the first, grey."""
    full = 255 if image.dtype == np.uint8 else 1.0
    picture = image.transpose(1, 2, 0) if image.shape[0] == 3 else image[0]
    axes.imshow(picture, cmap="gray", vmin=0, vmax=full, interpolation="nearest")
    axes.axis("off")
