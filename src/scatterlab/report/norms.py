"""Additive stability: bounds of layers beside what small changes are seen to do."""

import os
from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding
from scatterlab.report.norm_tables import (
    largest,
    number,
    operator_table,
    published_tables,
    ratio_table,
)
from scatterlab.report.style import COLOURS, FAINT, INK, drawing, legend_below, mark_round_numbers

TITLE = "Additive stability"
TEXT = (
    "How far can a small change w of an image move its representation? Szegedy et al. 2014 bound "
    "‖Φ(x + w) − Φ(x)‖ / ‖w‖ by the product of the operators' norms. A scattering's bound is that "
    "of its filters' Littlewood–Paley sum, whatever its depth."
)
CAPTION = (
    "For every layer, the largest ratio that can occur by the norms of all operators up to it, "
    "with their strides and zero padding; the largest that gradient ascent finds on test images; "
    "and the largest of white noise. Coefficients of scatterings count the pixels that they stand "
    "for; the dashed line is the bound of their filters, for images without padding."
)
ROUNDING = 1e-4
"""Of ratios in float32."""
MUCH = 3
"""Times that a bound is more than what is seen, to be worth a word."""
COLUMNS = 3
"""Panels side by side at most."""


def plot_norms(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """A panel for each representation: bound, worst and random ratio by layer, on a log axis.

    `stores` maps representations to what `analyses.norms.additive_stability` gives; the ratios
    drawn are the largest over amplitudes and images.
    """
    columns = min(COLUMNS, len(stores))
    rows = ceil(len(stores) / columns)
    with drawing(target, 9.4, 0.6 + 3.3 * rows) as figure:
        panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
        for axes, (name, store) in zip(panels, stores.items(), strict=False):
            draw_layers(axes, store)
            axes.set_title(name)
        for axes in panels[len(stores) :]:
            axes.set_axis_off()
        widen(panels[0])
        for axes in panels[::columns]:
            axes.set_ylabel("‖Φ(x + w) − Φ(x)‖ / ‖w‖")
        legend_below(figure, panels[: len(stores)])


def draw_layers(axes, store: xr.Dataset) -> None:
    places = np.arange(store.sizes["layer"])
    bound = np.where(np.isfinite(store["bound"]), store["bound"], np.nan)
    axes.plot(places, bound, color=INK, marker="_", label="bound")
    if store.attrs["first"] == "padding":
        filters = {"color": INK, "linestyle": "--", "label": "bound of the filters"}
        axes.plot(places, store["alone"], **filters)
    worst = {"color": COLOURS[1], "marker": "o", "label": "worst change found"}
    axes.plot(places, positive(largest(store, "worst")), **worst)
    noise = {"color": COLOURS[0], "marker": "s", "label": "white noise"}
    axes.plot(places, positive(largest(store, "random")), **noise)
    for place in places[~np.isfinite(store["bound"].values)]:
        axes.axvspan(place - 0.5, place + 0.5, color=FAINT, alpha=0.25, lw=0, label="no bound")
    axes.axhline(1, color=FAINT, linewidth=1, zorder=0)
    layers = store.attrs["layers"]
    rotation = 90 if sum(map(len, layers)) > 24 else 0
    axes.set_xticks(places, layers, rotation=rotation)
    axes.set(yscale="log", xlim=(-0.5, len(layers) - 0.5))


def widen(axes) -> None:
    """Show at least a factor of four, and mark round numbers."""
    low, high = axes.get_ylim()
    if high < 4 * low:
        axes.set_ylim(low / 2, 2 * high)
    mark_round_numbers(axes.yaxis)


def positive(values: np.ndarray) -> np.ndarray:
    """Kept off zero for the logarithm."""
    return np.where(values > 0, values, np.nan)


def finding(stores: Mapping[str, xr.Dataset], published: Sequence[Mapping] | None) -> Finding:
    """The bounds of last layers beside what is seen there, and where they are farthest apart."""
    grows = "; ".join(said_of(name, store) for name, store in stores.items())
    sentence = (
        "From the image to the last layer, a change grows at most, and at worst is seen to grow, "
        f"by factors of: {grows}.{farthest(stores)}"
    )
    tables = [ratio_table(name, store) for name, store in stores.items()]
    operators = [
        operator_table(name, store) for name, store in stores.items() if store.attrs["operators"]
    ]
    return Finding(sentence, [*tables, *operators, *published_tables(published or [], stores)])


def said_of(name: str, store: xr.Dataset) -> str:
    """The bound of the last layer, and the worst that ascent finds there."""
    bound, worst = at_the_end(store)
    said = number(bound) if np.isfinite(bound) else "no bound"
    if store.attrs["first"] == "padding" and store.attrs["before"] > 1:
        said += f" (by its filters {number(float(store['alone'][-1]))}, the rest is its padding)"
    if worst > bound * (1 + ROUNDING):
        said += " (but for aliasing)"
    return f"{name} ({store.attrs['layers'][-1]}) {said} and {number(worst)}"


def farthest(stores: Mapping[str, xr.Dataset]) -> str:
    """The representation whose bound is the largest multiple of what is seen, if that is much."""
    multiples = {}
    for name, store in stores.items():
        bound, worst = at_the_end(store)
        if np.isfinite(bound) and worst > 0:
            multiples[name] = bound / worst
    name = max(multiples, key=multiples.get, default=None)
    if name is None or multiples[name] < MUCH:
        return ""
    return f" The bound is farthest from what is seen in {name}, {number(multiples[name])} times."


def at_the_end(store: xr.Dataset) -> tuple[float, float]:
    """The bound of the last layer, and the worst ratio found there."""
    return float(store["bound"][-1]), float(largest(store, "worst")[-1])
