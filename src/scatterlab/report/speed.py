"""How many times faster a network is when its operators are of low rank."""

import os
from collections.abc import Mapping, Sequence

import xarray as xr

from scatterlab.report.style import FAINT, drawing, legend_below, looks, mark_round_numbers


def plot_speed(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Measured, and as the number of multiplications would have it, against the rank that is left.

    `stores` maps representations to what `analyses.speed` gives; `names` are all representations
    of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, 5.2, 4.0) as figure:
        axes = figure.subplots()
        for name, store in stores.items():
            share = 100 * store["share"]
            axes.plot(share, store["faster"], label=f"{name}, measured", **look[name])
            line = {**look[name], "linestyle": ":", "markerfacecolor": "white"}
            axes.plot(share, store["fewer"], label=f"{name}, multiplications", **line)
        axes.axhline(1, color=FAINT, linewidth=1)
        axes.set(xscale="log", yscale="log", xlabel="rank of each operator (% of its largest)")
        axes.set_ylabel("times faster, times fewer")
        mark_round_numbers(axes.xaxis)
        mark_round_numbers(axes.yaxis)
        legend_below(figure, [axes])
