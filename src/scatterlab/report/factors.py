"""The share of each factor in the variance of each layer, and the places of its levels."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage

from scatterlab.report.factor_tables import (
    TOGETHER,
    published_tables,
    shares_of,
    tables_of,
)
from scatterlab.report.finding import Finding
from scatterlab.report.style import COLOURS, FAINT, drawing

TITLE = "Which factors move a layer"
TEXT = (
    "Of what changes in a scene (an object's style, the viewpoint, its position, light), what does "
    "a layer see, and how much? Aubry & Russell 2015 render scenes over full grids of factors, and "
    "split the variance of the features into the share R of each factor alone and of Δ, what they "
    "do together."
)
CAPTION = (
    "Top: shares of factors in the variance of each layer; with Δ they sum to 100 %. Below: for "
    "each factor, its levels where the two leading principal components of their means put them, "
    "drawn as images with that level (the other factors at a middle one); R is the factor's share, "
    "and the two components hold that part of it. Lines go from level to level."
)

VIEWPOINT, STYLE = "viewpoint", "style"
"""The factors of the paper's trend, where a data set has both."""
WIDTH = 9.4
PANEL = 1.75
"""Height in inches of a panel with pictures."""
PICTURE = 15
"""The larger side of a picture in points."""
ROWS = 6
"""Rows of pictures for which first layers are drawn too."""


def plot_factors(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Top: R_k of every layer of every representation, stacked. Below: the leading components.

    `stores` maps representations to what `analyses.factors.decompose` gives; shares are means over
    its grids, places those of the first. A row of panels with pictures for the last layer of each
    representation (and the first, where they are few), a column for each factor. Colours are those
    of factors, so that `names` are not used.
    """
    rows = pictured(stores)
    factors = list(first_of(stores).attrs["factors"])
    with drawing(target, WIDTH, 3.1 + PANEL * len(rows)) as figure:
        above, below = figure.subfigures(2, 1, height_ratios=[3.1, PANEL * len(rows)])
        draw_shares(above, stores, factors)
        panels = below.subplots(len(rows), len(factors), squeeze=False)
        for axes_of_row, (name, layer) in zip(panels, rows, strict=True):
            for place, axes in enumerate(axes_of_row):
                draw_places(axes, stores[name], layer, place)
            axes_of_row[0].set_ylabel(f"{name}: {stores[name].attrs['layers'][layer]}")
        for axes, factor in zip(panels[0], factors, strict=True):
            axes.set_title(factor, loc="center", fontsize=9)


def first_of(stores: Mapping[str, xr.Dataset]) -> xr.Dataset:
    return next(iter(stores.values()))


def pictured(stores: Mapping[str, xr.Dataset]) -> list[tuple[str, int]]:
    """The (representation, layer number) whose places are drawn: first and last, or the last."""
    ends = [
        (name, layer)
        for name, store in stores.items()
        for layer in sorted({first_layer(store), store.sizes["layer"] - 1})
    ]
    if len(ends) <= ROWS:
        return ends
    return [(name, store.sizes["layer"] - 1) for name, store in stores.items()]


def first_layer(store: xr.Dataset) -> int:
    """The first layer of more than one feature for each factor: an average alone has no space."""
    return int(np.argmax(store["dimension"].max(("grid", "factor")).values > 1))


def draw_shares(figure: Figure, stores: Mapping[str, xr.Dataset], factors: Sequence[str]) -> None:
    """A panel for each representation: stacked shares of the factors, and of Δ, by layer."""
    layers = [max(store.sizes["layer"], 3) for store in stores.values()]
    panels = figure.subplots(1, len(stores), sharey=True, squeeze=False, width_ratios=layers)[0]
    for axes, (name, store) in zip(panels, stores.items(), strict=True):
        places, below = np.arange(store.sizes["layer"]), 0.0
        for factor, share in shares_of(store).items():
            axes.bar(places, share, 0.75, below, color=colour(factor, factors), label=factor)
            below = below + share
        axes.set_title(name)
        rotation = 90 if len(places) > 6 else 0
        axes.set_xticks(places, store.attrs["layers"], rotation=rotation)
        axes.tick_params(axis="x", length=0)
        axes.grid(visible=False)
        axes.set(ylim=(0, 100))
    panels[0].set_ylabel("share of the variance (%)")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", reverse=True)


def colour(factor: str, factors: Sequence[str]) -> str:
    if factor == TOGETHER:
        return FAINT
    return COLOURS[factors.index(factor) % (len(COLOURS) - 1)]


def draw_places(axes, store: xr.Dataset, layer: int, factor: int) -> None:
    """The images of a factor's levels, at the places that the two leading components give them."""
    one = store.isel(grid=0, layer=layer)
    levels = np.flatnonzero(store["factor_of_level"].values == factor)
    places = one["places"].values[levels]
    reach = np.nanmax(np.abs(places), initial=0) or 1
    axes.plot(*places[:, :2].T, color=FAINT, linewidth=0.6, zorder=0)
    for picture in np.flatnonzero(np.isin(store["level_of_picture"].values, levels)):
        level = int(store["level_of_picture"][picture])
        put_picture(axes, store["pictures"][picture].values, one["places"].values[level, :2])
    axes.set(xlim=(-1.25 * reach, 1.25 * reach), ylim=(-1.25 * reach, 1.25 * reach))
    axes.set(xticks=[], yticks=[], aspect="equal")
    for side in axes.spines.values():
        side.set_visible(True)
    share, held = float(one["share"][factor]), one["held"][factor].values[:2].sum()
    axes.set_xlabel(f"R = {100 * share:.1f} %, two hold {100 * held:.0f} %", fontsize=7)


def put_picture(axes, picture: np.ndarray, place: np.ndarray) -> None:
    """Draw (y, x, channel), uint8, with its middle at `place`."""
    shown = picture if picture.shape[-1] == 3 else np.repeat(picture, 3, axis=-1)
    image = OffsetImage(shown, zoom=PICTURE / max(shown.shape[:2]), interpolation="nearest")
    box = {"edgecolor": FAINT, "linewidth": 0.4}
    axes.add_artist(AnnotationBbox(image, place, pad=0.05, bboxprops=box))


def finding(stores: Mapping[str, xr.Dataset], published: Sequence[Mapping] | None) -> Finding:
    """What happens to the shares from the first layer to the last, and all of them in tables."""
    tables = [table for name, store in stores.items() for table in tables_of(name, store)]
    if {VIEWPOINT, STYLE} <= set(first_of(stores).attrs["factors"]):
        sentence = trend_of_viewpoint_and_style(stores)
    else:
        sentence = " ".join(trend(name, store) for name, store in stores.items())
    return Finding(sentence, [*tables, *published_tables(published or [], stores)])


def trend_of_viewpoint_and_style(stores: Mapping[str, xr.Dataset]) -> str:
    """Whether deeper layers trade viewpoint for style, as the paper finds of networks."""
    trading, others = [], []
    for name, store in stores.items():
        (viewpoint, viewpoint_last), (style, style_last) = (
            ends_of(store, factor) for factor in (VIEWPOINT, STYLE)
        )
        trades = viewpoint_last < viewpoint and style_last > style
        (trading if trades else others).append(
            f"{name} (from {' to '.join(layers_at_ends(store))} viewpoint {viewpoint:.1f} → "
            f"{viewpoint_last:.1f} %, style {style:.1f} → {style_last:.1f} %)"
        )
    if not trading:
        return f"Here deeper layers do not trade viewpoint for style: {', '.join(others)}."
    sentence = f"Deeper layers trade viewpoint for style in {', '.join(trading)}"
    return f"{sentence}, and do not in {', '.join(others)}." if others else f"{sentence}."


def trend(name: str, store: xr.Dataset) -> str:
    """How the shares of factors change from the first layer to the last."""
    moves = [f"{factor} {moved(*ends_of(store, factor))}" for factor in store.attrs["factors"]]
    start, end = layers_at_ends(store)
    return f"In {name}, from {start} to {end}, the share of {', that of '.join(moves)}."


def moved(first: float, last: float) -> str:
    """From one share in percent to another, in words."""
    if np.isnan([first, last]).any():
        return "is not defined: one of them is the same for all images"
    if abs(last - first) < 0.05:
        return f"stays at {first:.1f} %"
    return f"{'rises' if last > first else 'falls'} from {first:.1f} to {last:.1f} %"


def ends_of(store: xr.Dataset, factor: str) -> list[float]:
    """A factor's share in percent at the first layer and at the last."""
    return shares_of(store)[factor][[first_layer(store), -1]].tolist()


def layers_at_ends(store: xr.Dataset) -> list[str]:
    return [store.attrs["layers"][place] for place in (first_layer(store), -1)]
