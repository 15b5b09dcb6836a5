"""Discriminability of layers against their stability."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.norm_tables import number
from scatterlab.report.sampling import QUANTILE
from scatterlab.report.style import drawing, legend_below, looks, mark_round_numbers
from scatterlab.report.tables import signed

TITLE = "Discriminability"
TEXT = (
    "Does stability cost discriminability? A layer that small changes of the image hardly move has "
    "thrown something away; a classifier of its features shows whether that told classes apart "
    "(Bruna & Mallat 2013, §2)."
)
CAPTION = (
    "Test error of a linear classifier of each layer's features, with its 95 % interval, against "
    "how far the layer moves when the image is deformed a little (left) and when white noise is "
    "added (middle), over the root of the layer's total variance; right: the share of that "
    "variance that is between classes. Lines go from a representation's first layer to its last, "
    "which is named. Towards the left is stable, down is discriminating."
)

AXES = {"deformation": "change by deformation", "noise": "change by noise"}


def plot_separability(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Linear error against both changes, then the between-class share against the first.

    `stores` maps representations to what `analyses.separability` gives. `names` are all
    representations of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, 10.4, 4.0) as figure:
        panels = figure.subplots(1, 3)
        for axes in panels[:2]:
            axes.set_ylabel("error of a linear classifier (%)")
        panels[2].set_ylabel("variance between classes (%)")
        for axes, change in zip(panels, ("deformation", "noise", "deformation"), strict=True):
            for name, store in stores.items():
                moved = store["moved"].values[store.attrs["changes"].index(change)]
                values = shares(store) if axes is panels[2] else errors(store)
                draw_layers(axes, name, store, moved, values, look[name])
            axes.set(xscale="log", xlabel=f"{AXES[change]} / spread of the layer")
            axes.margins(x=0.15)
            mark_round_numbers(axes.xaxis, most=5)
        for axes in panels:
            axes.set_ylim(bottom=0)
        legend_below(figure, panels)


def draw_layers(axes, name: str, store: xr.Dataset, moved, values, look: Mapping) -> None:
    """A point for each layer, joined; the last of several is named.

    `values` are the middle, low and high.
    """
    moved = np.where(moved > 0, moved, np.nan)
    middle, low, high = values
    bars = [np.maximum(middle - low, 0), np.maximum(high - middle, 0)]
    axes.errorbar(moved, middle, bars, label=name, elinewidth=0.8, **look)
    last = {"textcoords": "offset points", "xytext": (4, 4), "fontsize": 7, "color": look["color"]}
    if len(moved) > 1 and np.isfinite(moved[-1]):
        axes.annotate(store.attrs["layers"][-1], (moved[-1], middle[-1]), **last)


def errors(store: xr.Dataset, classifier: str = "linear") -> tuple[np.ndarray, ...]:
    """Of a classifier by layer, with its interval, in percent."""
    row = store.attrs["classifiers"].index(classifier)
    return tuple(100 * store[name].values[row] for name in ("error", "low", "high"))


def shares(store: xr.Dataset) -> tuple[np.ndarray, ...]:
    """The variance between classes in percent of the whole, by layer; no interval."""
    with np.errstate(invalid="ignore"):
        share = 100 * store["between"].values / (store["between"] + store["within"]).values
    return share, share, share


def finding(stores: Mapping[str, xr.Dataset], published=None) -> Finding:
    """What the layers of each representation do to both, and whether one costs the other."""
    sentences = [said_of(name, store) for name, store in stores.items()]
    sentences.append(together(stores))
    tables = [table(name, store) for name, store in stores.items()]
    return Finding(" ".join(sentences), tables)


def said_of(name: str, store: xr.Dataset) -> str:
    """Error and change by deformation of the first and the last layer."""
    error, moved, layers = errors(store)[0], store["moved"].values[0], store.attrs["layers"]
    if len(layers) == 1:
        return f"{name}: error {error[0]:.1f} %, change by deformation {number(moved[0])}."
    return (
        f"{name}: from {layers[0]} to {layers[-1]} the error goes from {error[0]:.1f} to "
        f"{error[-1]:.1f} %, the change by deformation from {number(moved[0])} to "
        f"{number(moved[-1])}."
    )


def together(stores: Mapping[str, xr.Dataset]) -> str:
    """Whether layers that move less err more, by the rank correlations over all layers."""
    error = np.concatenate([errors(store)[0] for store in stores.values()])
    kinds = next(iter(stores.values())).attrs["changes"]
    said = []
    for row, kind in enumerate(kinds):
        moved = np.concatenate([store["moved"].values[row] for store in stores.values()])
        known = np.isfinite(moved)
        correlation = rank_correlation(moved[known], error[known])
        if np.isfinite(correlation):
            said.append(f"{signed(correlation)} by {kind} ({verdict(correlation, known.sum())})")
    if not said:
        return ""
    return f"Over all layers the rank correlation of change and error is {' and '.join(said)}."


def verdict(correlation: float, count: int) -> str:
    """What a rank correlation over `count` layers says, taken as independent."""
    if abs(correlation) < QUANTILE / np.sqrt(count - 1):
        return "no more than chance, so no cost is seen"
    return "stable layers err more" if correlation < 0 else "stable layers err less"


def rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's, of values whose ties share their mean rank; NaN where one does not vary."""
    ranks = [((a[:, None] > a).sum(1) + (a[:, None] >= a).sum(1) - 1) / 2 for a in (x, y)]
    if len(x) < 3 or any(np.ptp(rank) == 0 for rank in ranks):
        return np.nan
    return float(np.corrcoef(*ranks)[0, 1])


def table(name: str, store: xr.Dataset) -> Table:
    """Everything that was measured, by layer."""
    linear, nearest = errors(store), errors(store, "nearest")
    share, *_ = shares(store)
    rows = [
        [
            layer,
            *(f"{e[k]:.1f} ({low[k]:.1f} – {high[k]:.1f})" for e, low, high in (linear, nearest)),
            f"{share[k]:.1f}",
            number(np.sqrt(store["within"].values[k])),
            number(np.sqrt(store["between"].values[k])),
            *(number(value) for value in store["moved"].values[:, k]),
            *(number(value) for value in store["relative"].values[:, k]),
        ]
        for k, layer in enumerate(store.attrs["layers"])
    ]
    train, classes = store.attrs["train"], store.attrs["classes"]
    return Table(
        f"{name}: discriminability and stability by layer",
        [
            "layer",
            "linear error (%)",
            "nearest neighbour (%)",
            "between (%)",
            "√W",
            "√B",
            *(f"{change} / √T" for change in store.attrs["changes"]),
            *(f"{change} / ‖Φ‖" for change in store.attrs["changes"]),
        ],
        rows,
        f"{train} training images, {store.attrs['test']} test images. W and B: mean squared "
        f"distance of features to the mean of their class, and of class means to the mean; "
        f"between: B / (W + B), which for classes without any difference would be "
        f"{100 * (classes - 1) / (train - 1):.1f} %. T = W + B.",
        folded=True,
    )
