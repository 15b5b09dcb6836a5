"""Adversarial examples: the images, what changed them, and how little that was."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from scatterlab.report.adversarial_tables import (
    LBFGS,
    NOISE,
    distortion_table,
    fooled,
    mean_of,
    published_table,
)
from scatterlab.report.confusion import shortened
from scatterlab.report.finding import Finding
from scatterlab.report.style import drawing, looks

TITLE = "Adversarial examples"
TEXT = (
    "How little must an image change, for what decides to change its mind? Szegedy et al. 2014 "
    "look for the smallest change that makes an image one of a class chosen beforehand, by "
    "box-constrained L-BFGS. DeepFool and projected gradient descent (PGD) look for one of any "
    "other class; noise of the same size tells what is special about these changes."
)
CAPTION = (
    "Left: share of images for which L-BFGS finds a change that is no larger (images that are "
    "decided wrongly as they are count at 0); markers: decisions that noise of the size of these "
    "changes alters, at their mean. Right: distortion by each attack, means over the images for "
    "which it succeeds; bars: quartiles. Below, for each representation: images, the change of "
    "L-BFGS (magnified, grey is none), and what is then decided to be of the class named."
)

WIDTH = 9.4
ABOVE = 3.5
"""Height in inches of the panels of distortions."""
ROW = 1.3
"""Height in inches of the images of a representation."""
SHOWN = 3
"""Images of each representation."""
DISTORTION = r"distortion $\sqrt{\Sigma (x' - x)^2 / n}$"


def plot_adversarial(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Distortions of all representations, and images of each with their changes.

    `stores` maps representations to what `analyses.adversarial.adversarial_examples` gives;
    `names` are all representations of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, WIDTH, ABOVE + ROW * len(stores)) as figure:
        above, below = figure.subfigures(2, 1, height_ratios=[ABOVE, ROW * len(stores)])
        shares, sizes = above.subplots(1, 2)
        for name, store in stores.items():
            draw_shares(shares, name, store, look[name])
        draw_sizes(sizes, stores, look)
        above.legend(loc="outside lower center", ncols=min(len(stores), 5))
        draw_images(below, stores)


def draw_shares(axes, name: str, store: xr.Dataset, look: Mapping) -> None:
    """The share of images that are decided wrongly, or of the target, by largest distortion."""
    distortion, wrong = of_lbfgs(store), store["decided"].values != store["label"].values
    sizes = np.sort(np.where(wrong, 0, distortion))
    share = np.arange(1, len(sizes) + 1) / len(sizes)
    axes.step(sizes, 100 * share, where="post", color=look["color"], label=name)
    noise = fooled(store, NOISE)
    if np.isfinite(noise):
        axes.plot(np.nanmean(distortion), 100 * noise, linestyle="none", **look)
    axes.set(xlabel=DISTORTION, ylabel="images (%)", ylim=(-3, 103))
    axes.set_title("decided otherwise, by distortion")


def of_lbfgs(store: xr.Dataset) -> np.ndarray:
    return store["distortion"].values[store.attrs["changes"].index(LBFGS)]


def draw_sizes(axes, stores: Mapping[str, xr.Dataset], look: Mapping) -> None:
    """For each attack the mean distortion of each representation, with quartiles."""
    attacks = [name for name in next(iter(stores.values())).attrs["changes"] if name != NOISE]
    offsets = np.linspace(-0.3, 0.3, len(stores)) if len(stores) > 1 else [0]
    for offset, (name, store) in zip(offsets, stores.items(), strict=True):
        for place, attack in enumerate(attacks):
            sizes = store["distortion"].values[place]
            sizes = sizes[np.isfinite(sizes)]
            if len(sizes):
                low, high = np.quantile(sizes, [0.25, 0.75])
                color = look[name]["color"]
                axes.plot([place + offset] * 2, [low, high], color=color, linewidth=1)
                axes.plot(place + offset, mean_of(store, attack), linestyle="none", **look[name])
    axes.set_xticks(range(len(attacks)), attacks)
    axes.set(ylabel=DISTORTION, ylim=(0, None))
    axes.grid(axis="x", visible=False)
    axes.set_title("distortion by attack")


def draw_images(figure: Figure, stores: Mapping[str, xr.Dataset]) -> None:
    """A row for each representation: `SHOWN` images with their changes and examples."""
    gap = 0.25
    widths = ([1] * 3 + [gap]) * SHOWN
    panels = figure.subplots(len(stores), len(widths) - 1, squeeze=False, width_ratios=widths[:-1])
    for row, (name, store) in zip(panels, stores.items(), strict=True):
        for axes in row:
            axes.set_axis_off()
        found = np.flatnonzero(np.isfinite(of_lbfgs(store)))[:SHOWN]
        for place, sample in enumerate(found):
            draw_example(row[4 * place : 4 * place + 3], store.isel(sample=sample))
        row[0].text(
            -0.12,
            0.5,
            name,
            rotation=90,
            va="center",
            ha="right",
            fontsize=8,
            transform=row[0].transAxes,
        )


def draw_example(panels, one: xr.Dataset) -> None:
    """An image with its class, its change with the relative size, and what it became."""
    lbfgs = one.attrs["changes"].index(LBFGS)
    image, example = one["images"].values, one["examples"].values[lbfgs]
    change = example - image
    magnified = 0.5 / max(np.abs(change).max(), 1e-12)
    names = one.attrs["class_names"]
    titles = (
        shortened(names[int(one["label"])]),
        f"× {magnified:.3g}",
        shortened(names[int(one["decision"].values[lbfgs])]),
    )
    shown = (image, 0.5 + magnified * change, example)
    for axes, picture, title in zip(panels, shown, titles, strict=True):
        colours = np.moveaxis(picture.clip(0, 1), 0, -1)
        axes.imshow(np.repeat(colours, 3, -1) if colours.shape[-1] == 1 else colours)
        axes.set_title(title, loc="center", fontsize=8, fontweight="normal", pad=2)
    panels[1].text(
        0.5,
        -0.04,
        f"{100 * float(one['relative'].values[lbfgs]):.3g} % of ‖x‖",
        ha="center",
        va="top",
        fontsize=7,
        transform=panels[1].transAxes,
    )


def finding(stores: Mapping[str, xr.Dataset], published: Mapping | None) -> Finding:
    """How small the changes are, and that noise of their size does little; tables of both."""
    tables = [distortion_table(stores)]
    if published:
        tables.append(published_table(stores, published))
    return Finding(" ".join(map(said_of, stores, stores.values())), tables)


def said_of(name: str, store: xr.Dataset) -> str:
    """The mean change, its relative size, and what noise of that size does, in a sentence."""
    if not np.isfinite(of_lbfgs(store)).any():
        return f"For {name}, no adversarial example was found."
    relative = np.nanmean(store["relative"].values[store.attrs["changes"].index(LBFGS)])
    return (
        f"For {name}, a change of {100 * relative:.1f} % of ‖x‖ (distortion "
        f"{mean_of(store, LBFGS):.3f}) makes an image one of another class; noise of that size "
        f"alters {100 * fooled(store, NOISE):.0f} % of the decisions."
    )
