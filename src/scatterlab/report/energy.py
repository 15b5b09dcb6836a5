"""Energy by order, drawn as a stacked bar for each scale."""

import os
from collections.abc import Mapping

import xarray as xr

from scatterlab.report.style import drawing, legend_below

SHADES = ("#08306b", "#2171b5", "#6baed6", "#c6dbef", "#e69f00", "#d55e00")
"""One for each order."""


def plot_energy(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """One panel a representation, one bar a scale J, one shade an order.

    `stores` maps representations to ``energy`` (J, order, sample), shares of ‖x‖²; bars show
    means over samples.
    """
    with drawing(target, 0.8 + 3.2 * len(stores), 3.6) as figure:
        panels = figure.subplots(1, len(stores), sharey=True, squeeze=False)[0]
        for panel, (name, store) in zip(panels, stores.items(), strict=True):
            draw_bars(panel, store["energy"].mean("sample"))
            panel.set_title(name)
        panels[0].set_ylabel(r"energy (% of $\Vert x\Vert^2$)")
        legend_below(figure, panels)


def draw_bars(axes, energy: xr.DataArray) -> None:
    """`energy` (J, order), as a stack of bars."""
    places = range(energy.sizes["J"])
    bottom = 0 * energy.isel(order=0).values
    for order, height in zip(energy["order"].values, energy.values.T, strict=True):
        shade = SHADES[order % len(SHADES)]
        axes.bar(places, 100 * height, 0.7, 100 * bottom, color=shade, label=f"order {order}")
        bottom = bottom + height
    axes.set_xticks(places, labels=[str(J) for J in energy["J"].values])
    axes.set_xlabel("$J$ (averages over $2^J$ pixels)")
    axes.axhline(100, color="#5b5b5b", linewidth=0.8, linestyle="--")
    axes.grid(axis="x", visible=False)
