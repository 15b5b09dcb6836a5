"""A few sounds of each class, as waveforms."""

import os

import numpy as np
import xarray as xr

from scatterlab.report.confusion import shortened
from scatterlab.report.montage import PER_CLASS, first_images, shown_classes
from scatterlab.report.style import COLOURS, drawing

ACROSS = 5
COLUMNS = 120
"""Of a waveform; each shows the range of the samples in it."""


def plot_sounds(store: xr.Dataset, target: str | os.PathLike) -> None:
    """The first training sounds of up to 20 classes, a column of them each.

    `store` is a store of sounds: ``images`` (sample, channel, 1, t), coordinates ``label`` and
    ``split``, attributes ``class_names`` and ``rate`` (Hz). All have one scale in time, and each
    its own in amplitude.
    """
    names, rate = store.attrs["class_names"], store.attrs["rate"]
    shown = shown_classes(len(names))
    across = min(len(shown), ACROSS)
    bands = -(-len(shown) // across)
    with drawing(target, 1.8 * across, bands * (0.5 * PER_CLASS + 0.5)) as figure:
        panels = figure.subplots(bands * PER_CLASS, across, squeeze=False, sharex=True)
        for axes in panels.flat:
            axes.axis("off")
        for place, label in enumerate(shown):
            top, column = PER_CLASS * (place // across), place % across
            for row, sound in enumerate(first_images(store, label)):
                draw_waveform(panels[top + row, column], sound[0, 0], rate)
            panels[top, column].set_title(shortened(names[label], 18), loc="center", fontsize=8)
        for axes in panels[-1]:
            axes.axis("on")
            axes.spines["left"].set_visible(False)
            axes.set_yticks([])
            axes.set_xlabel("seconds", fontsize=8)
            axes.tick_params(labelsize=7)


def draw_waveform(axes, sound: np.ndarray, rate: float) -> None:
    """`sound` (t,), the least and the greatest value in each of `COLUMNS` stretches of time."""
    edges = np.unique(np.linspace(0, len(sound), COLUMNS + 1).astype(int))
    low, high = (reduce.reduceat(sound, edges[:-1]) for reduce in (np.minimum, np.maximum))
    middle = (edges[:-1] + edges[1:]) / 2 / rate
    axes.fill_between(middle, low, high, color=COLOURS[0], linewidth=0.3)
    largest = max(float(np.abs(sound).max()), 1e-6)
    axes.set(xlim=(0, len(sound) / rate), ylim=(-1.05 * largest, 1.05 * largest))
