"""The images that stand for the levels of factors where their places are drawn."""

import numpy as np
import xarray as xr

from scatterlab.analyses.factor_grid import Grid

PER_FACTOR = 24
"""Levels of a factor that are drawn at most, evenly spread."""
PIXELS = 48
"""The larger side of a picture at most."""


def pictures_of(images: xr.DataArray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """An image for each of up to `PER_FACTOR` levels of each factor, the others at a middle level.

    `images` are (sample, channel, y, x). Returned are pictures (picture, y, x, 1 or 3), uint8,
    reduced by whole factors to `PIXELS`, and the level of each, counted over all levels of all
    factors in turn.
    """
    present = [grid.present(place) for place in range(len(grid.factors))]
    middle = [levels[len(levels) // 2] for levels in present]
    numbers = np.stack([factor.numbers for factor in grid.factors], axis=1)
    samples, shown, before = [], [], 0
    for place, factor in enumerate(grid.factors):
        levels = present[place]
        spread = np.linspace(0, len(levels) - 1, min(len(levels), PER_FACTOR)).round().astype(int)
        for level in levels[spread].tolist():
            wanted = [*middle[:place], level, *middle[place + 1 :]]
            samples.append(grid.samples[(numbers == wanted).all(axis=1).argmax()])
            shown.append(before + level)
        before += len(factor.levels)
    return np.stack([picture(images[sample].values) for sample in samples]), np.array(shown)


def picture(image: np.ndarray) -> np.ndarray:
    """(channel, y, x), uint8 or float in [0, 1], as uint8 (y, x, channel), small; else grey."""
    full = image if image.dtype == np.uint8 else 255 * image
    colours = full if full.shape[0] == 3 else full[:1]
    step = -(-max(colours.shape[1:]) // PIXELS)
    channels, height, width = colours.shape[0], *(size // step for size in colours.shape[1:])
    cells = colours[:, : height * step, : width * step].reshape(channels, height, step, width, step)
    return cells.mean(axis=(2, 4)).round().clip(0, 255).astype(np.uint8).transpose(1, 2, 0)
