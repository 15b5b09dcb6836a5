"""Whose adversarial examples fool whom: matrices of errors."""

import os
from collections.abc import Mapping

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.style import INK, drawing

TITLE = "Adversarial examples of other models"
TEXT = (
    "Is an adversarial example a weakness of one model, or of what it learned from? Szegedy et al. "
    "2014 show the examples made for one model to others: with other layers, or the same but "
    "trained on other images."
)
CAPTION = (
    "Share of examples that are decided wrongly, in percent. Rows: what they were made for; "
    "columns: what decides. Left: changes by L-BFGS, right: noise of the same size. First as they "
    "were found, just large enough, then magnified to a distortion."
)

TITLES = {"L-BFGS": "L-BFGS", "noise": "noise of the same size"}
NONE = "–"


def plot_transfer(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """A matrix for each size and change; `stores` maps what decides to `analyses.transfer`'s."""
    first = next(iter(stores.values()))
    sizes, changes, sources = first["error"].shape
    width, height = 1.4 + 0.42 * len(stores), 0.75 + 0.3 * sources
    with drawing(target, max(9.4, changes * width), sizes * height + 0.8) as figure:
        panels = figure.subplots(sizes, changes, squeeze=False, sharex=True, sharey=True)
        for row, size, of_size in zip(panels, sizes_in_words(first), errors(stores), strict=True):
            for axes, change, matrix in zip(row, first.attrs["changes"], of_size, strict=True):
                draw_matrix(axes, matrix)
                axes.set_title(f"{TITLES[change]}, {size}")
            row[0].set_yticks(range(sources), first.attrs["sources"])
        for axes in panels[-1]:
            axes.set_xticks(range(len(stores)), stores, rotation=40, ha="right")
        figure.supylabel("made for", fontsize=9)
        figure.supxlabel("decided by", fontsize=9)


def errors(stores: Mapping[str, xr.Dataset]) -> np.ndarray:
    """Errors in percent (size, change, source, decider)."""
    return 100 * np.stack([store["error"].values for store in stores.values()], axis=-1)


def sizes_in_words(store: xr.Dataset) -> list[str]:
    return ["as found", *(f"magnified to {size:g}" for size in store.attrs["magnified"])]


def draw_matrix(axes, percent: np.ndarray) -> None:
    """`percent` (source, decider) as colours, with its numbers."""
    axes.imshow(percent, cmap="Oranges", vmin=0, vmax=130, aspect="auto")
    for (row, column), value in np.ndenumerate(percent):
        text = f"{value:.0f}" if np.isfinite(value) else NONE
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=INK)
    axes.grid(visible=False)
    axes.tick_params(length=0)


def finding(stores: Mapping[str, xr.Dataset], published: object = None) -> Finding:
    """How much of the examples others decide wrongly, beside noise; the numbers in tables."""
    first = next(iter(stores.values()))
    found = errors(stores)
    tables = [
        table_of(stores, title, found[place], before(stores))
        for place, title in enumerate(sizes_in_words(first))
    ]
    return Finding(" ".join(sentences(first, list(stores), found)), tables)


def sentences(first: xr.Dataset, deciders: list[str], found: np.ndarray):
    """For each size the mean error of deciders on examples that were made for others."""
    other = np.array([[source != name for name in deciders] for source in first.attrs["sources"]])
    if not other.any():
        yield "There is one model alone, and no other to show its examples to."
        return
    for size, (attack, noise) in zip(sizes_in_words(first), found, strict=True):
        yield (
            f"Of examples made for another model, {size}, {np.nanmean(attack[other]):.0f} % are "
            f"decided wrongly on average (at most {np.nanmax(attack[other]):.0f} %), and "
            f"{np.nanmean(noise[other]):.0f} % of images with noise of the same size."
        )


def before(stores: Mapping[str, xr.Dataset]) -> np.ndarray:
    """Errors in percent on the images themselves (source, decider)."""
    return 100 * np.stack([store["before"].values for store in stores.values()], axis=-1)


def table_of(stores, title: str, found: np.ndarray, clean: np.ndarray) -> Table:
    """A row for each source: attack / noise for each decider, and the images themselves."""
    first = next(iter(stores.values()))
    rows = [
        [
            source,
            str(int(first["count"][place])),
            *(
                f"{number(attack)} / {number(noise)} / {number(image)}"
                for attack, noise, image in zip(*found[:, place], clean[place], strict=True)
            ),
        ]
        for place, source in enumerate(first.attrs["sources"])
    ]
    return Table(
        f"Changes {title}: wrong in percent, by L-BFGS / noise / none",
        ["made for", "images", *stores],
        rows,
        "Columns: what decides. Images: those for which L-BFGS found an example.",
        folded=True,
    )


def number(percent: float) -> str:
    return f"{percent:.1f}" if np.isfinite(percent) else NONE
