"""The share of each factor in the variance of each layer, and the places of its levels."""

import os
import re
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
    "of which the two components hold a part. Lines join levels that are numbers."
)

NUMBER = re.compile(r"-?[\d.]+°?")
VIEWPOINT, STYLE = "viewpoint", "style"
"""The factors of the paper's trend, where a data set has both."""
WIDTH = 9.4
SHARES = 3.1
"""Height in inches of the panels of shares."""
MARGIN = 0.35
"""Height in inches of the text at a panel of pictures."""
POINTS = 80
"""The larger side of a picture in points, times the square root of their number in a panel."""
ENDS = 6
"""Layers whose pictures are drawn at most, unless there are as many representations."""


def plot_factors(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """Top: R_k of every layer of every representation, stacked. Below: the leading components.

    `stores` maps representations to what `analyses.factors.decompose` gives; shares are means over
    its grids, places those of the first. There is a panel of pictures for each factor and the last
    layer of each representation (and the first, where they are few).
    """
    ends, factors = pictured(stores), list(first_of(stores).attrs["factors"])
    across = max(len(ends), len(factors))
    down = min(len(ends), len(factors))
    height = down * (WIDTH / max(across, 3) + MARGIN)
    with drawing(target, WIDTH, SHARES + height) as figure:
        above, below = figure.subfigures(2, 1, height_ratios=[SHARES, height])
        draw_shares(above, stores, factors)
        panels = below.subplots(down, across, squeeze=False)
        by_end = panels if len(ends) == down else panels.T
        for axes_of_end, (name, layer) in zip(by_end, ends, strict=True):
            for place, axes in enumerate(axes_of_end):
                draw_places(axes, stores[name], layer, place)
        layers = [f"{name}, {stores[name].attrs['layers'][layer]}" for name, layer in ends]
        rows, columns = (layers, factors) if by_end is panels else (factors, layers)
        for axes, row in zip(panels[:, 0], rows, strict=True):
            axes.set_ylabel(row)
        for axes, column in zip(panels[0], columns, strict=True):
            axes.set_title(column, loc="center", fontsize=9)


def first_of(stores: Mapping[str, xr.Dataset]) -> xr.Dataset:
    return next(iter(stores.values()))


def pictured(stores: Mapping[str, xr.Dataset]) -> list[tuple[str, int]]:
    """The (representation, layer number) whose places are drawn: first and last, or the last."""
    ends = [
        (name, layer)
        for name, store in stores.items()
        for layer in sorted({first_layer(store), store.sizes["layer"] - 1})
    ]
    if len(ends) <= ENDS:
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
    places = one["places"].values[:, :2]
    levels = np.flatnonzero(store["factor_of_level"].values == factor)
    reach = 1.25 * (np.nanmax(np.abs(places[levels]), initial=0) or 1)
    if is_ordered(store, factor):
        axes.plot(*places[levels].T, color=FAINT, linewidth=0.6, zorder=0)
    pictures = np.flatnonzero(np.isin(store["level_of_picture"].values, levels))
    side = np.clip(POINTS / np.sqrt(len(pictures)), 12, 24)
    for picture in pictures:
        place = places[int(store["level_of_picture"][picture])]
        put_picture(axes, store["pictures"][picture].values, place, side)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")
    for edge in axes.spines.values():
        edge.set_visible(True)
    share, held = 100 * float(one["share"][factor]), 100 * one["held"][factor].values[:2].sum()
    axes.set_xlabel(f"R = {share:.1f} %, two hold {held:.0f} %", fontsize=7)


def is_ordered(store: xr.Dataset, factor: int) -> bool:
    """Whether the levels of a factor are numbers, so that one comes after another."""
    levels = list(store.attrs["factors"].values())[factor]
    return all(NUMBER.fullmatch(level) for level in levels)


def put_picture(axes, picture: np.ndarray, place: np.ndarray, side: float) -> None:
    """Draw (y, x, channel), uint8, with its middle at `place`, the larger side in points."""
    shown = picture if picture.shape[-1] == 3 else np.repeat(picture, 3, axis=-1)
    image = OffsetImage(shown, zoom=side / max(shown.shape[:2]), interpolation="nearest")
    axes.add_artist(AnnotationBbox(image, place, pad=0, bboxprops={"ec": FAINT, "lw": 0.4}))


def finding(stores: Mapping[str, xr.Dataset], published: Sequence[Mapping] | None) -> Finding:
    """What happens to the shares from the first layer to the last, and all of them in tables.

    A representation of one layer is in the tables only, if there are others.
    """
    tables = [table for name, store in stores.items() for table in tables_of(name, store)]
    several = {name: store for name, store in stores.items() if store.sizes["layer"] > 1} or stores
    if {VIEWPOINT, STYLE} <= set(first_of(stores).attrs["factors"]):
        sentence = trend_of_viewpoint_and_style(several)
    else:
        sentence = " ".join(trend(name, store) for name, store in several.items())
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
