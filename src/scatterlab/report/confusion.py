"""Which classes are taken for which."""

import os

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from scatterlab.report.evaluations import Result
from scatterlab.report.style import FAINT, INK, drawing

WRITTEN = 20
"""Up to this many classes, the counts are written in the cells."""
MISTAKES = LinearSegmentedColormap.from_list("mistakes", ["#ffffff", "#f4a582", "#b2182b"])


def plot_confusion(result: Result, target: str | os.PathLike) -> None:
    """Counts over all draws, true classes down, predicted classes across.

    Mistakes are coloured by their share of the true class; the diagonal is grey, so that the few
    mistakes of a good classifier can be seen.
    """
    counts = np.sum([evaluation["confusion"] for evaluation in result.evaluations], axis=0)
    names = result.evaluations[0]["class_names"]
    classes = len(names)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = np.ma.masked_array(shares, np.eye(classes, dtype=bool))
    side = float(np.clip(0.42 * classes, 3.2, 8.0))
    with drawing(target, side + 1.9, side + 0.8) as figure:
        axes = figure.subplots()
        axes.set_facecolor("#dfe4ea")
        largest = max(float(mistakes.max() or 0), 1e-3)
        image = axes.imshow(100 * mistakes, cmap=MISTAKES, vmin=0, vmax=100 * largest)
        bar = figure.colorbar(image, shrink=0.7, label="mistakes (% of the true class)")
        bar.outline.set_edgecolor(FAINT)
        axes.grid(False)
        axes.set(xlabel="predicted class", ylabel="true class")
        if classes <= WRITTEN:
            ticks = range(classes)
            short = [shortened(name) for name in names]
            turned = 90 if max(map(len, short)) > 3 else 0
            axes.set_xticks(ticks, labels=short, rotation=turned)
            axes.set_yticks(ticks, labels=short)
            write_counts(axes, counts, mistakes.filled(0) > 0.6 * largest)


def write_counts(axes, counts: np.ndarray, dark: np.ndarray) -> None:
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ink = "white" if dark[row, column] else INK
            axes.text(column, row, f"{count}", ha="center", va="center", color=ink, fontsize=8)


def shortened(name: str, length: int = 14) -> str:
    """A name that others chose, as text of a figure: a dollar sign starts no mathematics."""
    name = name if len(name) <= length else name[: length - 1] + "…"
    name = "".join(one if one.isprintable() else "�" for one in name)  # others break an SVG
    return name.replace("$", r"\$")
