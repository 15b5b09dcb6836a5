"""The look of every figure, and SVG files that are the same bytes every time."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor, log10

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from scatterlab.stores.atomic import replacing

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b5b5b")
"""Okabe and Ito's palette, without black and yellow: distinct to colour-blind eyes."""
MARKERS = "osD^vPX*"
INK = "#1f2933"
FAINT = "#9aa5b1"

SETTINGS = {
    "svg.fonttype": "path",
    "svg.hashsalt": "scatterlab",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
}


@contextlib.contextmanager
def drawing(target: str | os.PathLike, width: float, height: float) -> Iterator[Figure]:
    """A figure of `width` × `height` inches that is written to `target`, an SVG file, at the end.

    The file appears whole or not at all; it holds no date, so equal figures are equal bytes.
    """
    with rc_context(SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure
        with replacing(target) as made:
            figure.savefig(made, format="svg", metadata={"Date": None})


def looks(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """A colour and a marker (arguments of `Axes.plot`) for each name, by its place in the list."""
    return {
        name: {
            "color": COLOURS[place % len(COLOURS)],
            "marker": MARKERS[place % len(MARKERS)],
        }
        for place, name in enumerate(names)
    }


def legend_below(figure: Figure, panels: Iterable[Axes]) -> None:
    """One legend under all panels, with every label once."""
    entries = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    if entries:
        widest = 0.09 * max(map(len, entries)) + 0.5
        columns = max(1, min(len(entries), 5, int(figure.get_figwidth() / widest)))
        figure.legend(entries.values(), entries, loc="outside lower center", ncols=columns)


def mark(axis: Axis, values: Sequence[float]) -> None:
    """Mark just `values` on a logarithmic axis, written out rather than as powers of ten."""
    axis.set_ticks(list(values), labels=[f"{value:,.10g}" for value in values])
    axis.set_ticks([], minor=True)


def mark_round_numbers(axis: Axis, most: int = 7) -> None:
    """Mark a logarithmic axis at 1, 2, 5, 10, …, or at fewer round numbers if over `most`."""
    low, high = sorted(axis.get_view_interval())
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        round_numbers = [step * 10.0**decade for decade in decades for step in steps]
        inside = [number for number in round_numbers if low <= number <= high]
        if len(inside) <= most:
            break
    mark(axis, inside)
