"""Accuracy of a network of which little is left, and how much faster it is then."""

import os
from collections.abc import Mapping

import numpy as np
import xarray as xr

from scatterlab.report.style import FAINT, drawing, legend_below, looks, mark_round_numbers

MOST = 7
"""Operators that are drawn; of more, so many, evenly spread."""


def plot_redundancy(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """Two panels a network: accuracy against the share of weights, and against single ranks.

    `stores` maps representations to what `analyses.redundancy` gives. Bars are standard
    deviations over draws; the whole network's accuracy is a line.
    """
    with drawing(target, 9.4, 0.9 + 3.3 * len(stores)) as figure:
        panels = figure.subplots(len(stores), 2, squeeze=False)
        for (left, right), (name, store) in zip(panels, stores.items(), strict=True):
            draw_methods(left, store)
            draw_operators(right, store)
            left.set_title(f"{name}: all operators but the last")
            right.set_title("one operator alone, of low rank")
        for axes in panels[:, 1]:
            axes.legend(loc="lower right", fontsize=7)
        legend_below(figure, panels[:, 0])


def draw_methods(axes, store: xr.Dataset) -> None:
    for number, (method, look) in enumerate(looks(store.attrs["methods"]).items()):
        percent = 100 * store["accuracy"][number]
        kept = 100 * store["kept"][number]
        bars = percent.std("draw", ddof=1 if percent.sizes["draw"] > 1 else 0)
        axes.errorbar(kept, percent.mean("draw"), yerr=bars, label=method, capsize=2, **look)
    axes.set(xscale="log", xlabel="weights kept (%)", ylim=(0, 103))
    axes.set_ylabel("test accuracy (%)")
    axes.axhline(100 * store.attrs["accuracy"], color=FAINT, linewidth=1, label="whole network")
    mark_round_numbers(axes.xaxis)


def draw_operators(axes, store: xr.Dataset) -> None:
    names = store.attrs["operators"]
    places = np.unique(np.linspace(0, len(names) - 1, min(MOST, len(names))).round().astype(int))
    for place, look in zip(places, looks([names[place] for place in places]).values(), strict=True):
        rank = store["rank"][place]
        axes.plot(rank, 100 * store["alone"][place], label=names[place], **look)
    axes.axhline(100 * store.attrs["accuracy"], color=FAINT, linewidth=1)
    axes.set(xscale="log", xlabel="rank", ylim=(0, 103))
    mark_round_numbers(axes.xaxis)
