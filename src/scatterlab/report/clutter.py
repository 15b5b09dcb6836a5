"""Decisions among clutter, and how far clutter moves every layer."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from scatterlab.report.clutter_tables import (
    half_table,
    halving_amount,
    mean_probability,
    right,
    tables_of,
)
from scatterlab.report.finding import Finding
from scatterlab.report.style import FAINT, drawing, legend_below, looks

TITLE = "Objects among clutter"
TEXT = (
    "How much clutter can an object bear before it is missed, and where in a cascade does the "
    "clutter still matter? Clutter covers more and more of the image, the object included, or "
    "stands behind the object: textures of a random direction, or parts of images of other "
    "classes (after the occlusions of Zeiler & Fergus 2014)."
)
CAPTION = (
    "A column for each kind of clutter and where it goes. Top: test images with more and more of "
    "it. Then the mean probability of the true class, and the share of images that are decided for "
    "rightly, against the amount of clutter, with 95 % intervals. Bottom: relative change of every "
    "layer, first to last, at the amount that the panel's title names; the dotted line is the "
    "image's own change."
)
PLACE = {"over": "covering the image", "behind": "behind the object"}
AMOUNT = {"over": "share covered", "behind": "amplitude"}
KIND = {"texture": "texture", "patches": "parts of others", "backgrounds": "backgrounds"}
WIDTH = 9.4


class Column(NamedTuple):
    """One kind of clutter at one place: numbers of both, and where it is along ``clutter``."""

    kind: int
    place: int
    rows: tuple[int, ...]


def columns_of(store: xr.Dataset) -> Iterator[Column]:
    """The kinds and places that were measured, each with its rows by growing amount."""
    kinds, places = store["kind"].values, store["place"].values
    for kind, place in sorted(set(zip(kinds.tolist(), places.tolist(), strict=True))):
        rows = np.flatnonzero((kinds == kind) & (places == place))
        order = np.argsort(store["amount"].values[rows], kind="stable")
        yield Column(kind, place, tuple(rows[order].tolist()))


def plot_clutter(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """What `analyses.clutter.respond` gives of each representation; `names` give the colours."""
    first, look = next(iter(stores.values())), looks(names)
    columns = list(columns_of(first))
    width = max(WIDTH * len(columns) / 4, 5.0)
    pictures = strip(first, columns[0]).shape
    strips = width / len(columns) * 1.25 * pictures[0] / pictures[1]
    with drawing(target, width, strips + 6.4) as figure:
        ratios = [strips, 2, 2, 2]
        panels = figure.subplots(4, len(columns), squeeze=False, height_ratios=ratios)
        for column, axes in zip(columns, panels.T, strict=True):
            draw_column(axes, stores, column, look)
        for row in panels[1:]:
            for axes in row[1:]:
                axes.sharey(row[0])
                axes.tick_params(labelleft=False)
        panels[1, 0].set_ylabel("mean p(true class)")
        panels[2, 0].set_ylabel("share decided rightly")
        panels[3, 0].set_ylabel("‖Φ(x′) − Φ(x)‖ / ‖Φ(x)‖")
        for axes in panels[1:3].flat:
            axes.set(ylim=(0, 1.02))
        panels[3, 0].set_ylim(0, 1.08 * highest(stores, columns))
        legend_below(figure, panels[1])


def draw_column(axes, stores: Mapping[str, xr.Dataset], column: Column, look: Mapping) -> None:
    """The four panels of one kind of clutter at one place."""
    first = next(iter(stores.values()))
    kind, place = names_of(first, column)
    axes[0].imshow(strip(first, column), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes[0].axis("off")
    axes[0].set_title(f"{KIND[kind]},\n{PLACE[place]}", fontsize=8, loc="center")
    middle = middle_of(first, column)
    for name, store in stores.items():
        one = store.isel(clutter=list(column.rows))
        for panel, statistic in ((axes[1], mean_probability), (axes[2], right)):
            mean, margin = statistic(one)
            bars = {"capsize": 2, "elinewidth": 0.8, "markersize": 4}
            panel.errorbar(one["amount"], mean, margin, label=name, **bars, **look[name])
        draw_layers(axes[3], store.isel(clutter=middle), look[name])
    amount = float(first["amount"][middle])
    for panel in axes[1:3]:
        panel.set_xlabel(AMOUNT[place], fontsize=8)
    axes[3].axhline(image_change(first, middle), color=FAINT, linestyle=":")
    axes[3].set_title(f"{AMOUNT[place]} {amount:g}", fontsize=8, fontweight="normal", loc="center")
    axes[3].set(xticks=[0, 1], xticklabels=["first", "last layer"], xlim=(-0.15, 1.15))


def names_of(store: xr.Dataset, column: Column) -> tuple[str, str]:
    return store.attrs["kinds"][column.kind], store.attrs["places"][column.place]


def strip(store: xr.Dataset, column: Column) -> np.ndarray:
    """The pictures side by side, clutter growing to the right, parted by white: (y, x[, 3])."""
    pictures = store["pictures"].values[list(column.rows)]
    grey = pictures.shape[2] != 3
    pictures = np.moveaxis(pictures, 2, -1)[..., : 1 if grey else 3]
    parted = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)), constant_values=1)
    joined = np.concatenate([np.concatenate(list(row), axis=1) for row in parted.swapaxes(0, 1)])
    return joined[..., 0] if grey else joined


def middle_of(store: xr.Dataset, column: Column) -> int:
    """The row whose amount is the nearest to a half: there the layers are compared."""
    return min(column.rows, key=lambda row: abs(float(store["amount"][row]) - 0.5))


def highest(stores: Mapping[str, xr.Dataset], columns: Sequence[Column]) -> float:
    """The largest mean relative change that is drawn."""
    changes = [
        value
        for store in stores.values()
        for row in (middle_of(store, column) for column in columns)
        for value in (*store["change"][row].mean("sample").values, image_change(store, row))
        if not np.isnan(value)
    ]
    return max(changes, default=0) or 1.0


def draw_layers(axes, one: xr.Dataset, look: Mapping) -> None:
    """Mean relative change of every layer against its place; a layer alone is the last."""
    change = one["change"].mean("sample").values
    count = len(change)
    depth = np.linspace(0, 1, count) if count > 1 else [1]
    axes.plot(depth, change, markersize=4, **look)


def image_change(store: xr.Dataset, row: int) -> float:
    return float(store["image_change"][row].mean())


def finding(stores: Mapping[str, xr.Dataset], published: Sequence[Mapping] | None) -> Finding:
    """How much clutter halves the probability of the true class, for each representation."""
    first = next(iter(stores.values()))
    columns = list(columns_of(first))
    labels = {column: " ".join(words(names_of(first, column))) for column in columns}
    told = "; ".join(f"{labels[column]}, {in_turn(stores, column)}" for column in columns)
    sentence = (
        "Clutter that halves the mean probability of the true class, as a share of the image or an "
        f"amplitude: {told}."
    )
    table = half_table({labels[column]: halves(stores, column) for column in columns})
    named = [(labels[column], column.rows) for column in columns]
    return Finding(sentence, [table, *tables_of(stores, named)])


def words(names: tuple[str, str]) -> tuple[str, str]:
    kind, place = names
    return KIND[kind], PLACE[place]


def halves(stores: Mapping[str, xr.Dataset], column: Column) -> dict[str, float | None]:
    return {
        name: halving_amount(store.isel(clutter=list(column.rows)))
        for name, store in stores.items()
    }


def in_turn(stores: Mapping[str, xr.Dataset], column: Column) -> str:
    """The amounts from the least to the largest, in words; those that are not halved last."""
    found = sorted(halves(stores, column).items(), key=lambda one: (one[1] is None, one[1] or 0))
    return ", ".join(
        f"none that was measured in {name}" if half is None else f"{half:.2f} in {name}"
        for name, half in found
    )
