"""Error against the number of training samples."""

import os
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scatterlab.report.evaluations import Result
from scatterlab.report.style import drawing, legend_below, looks, plain_numbers

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Where an axis of percentages may be marked."""


def plot_errors(
    results: Sequence[Result],
    published: Sequence[Mapping],
    names: Sequence[str],
    target: str | os.PathLike,
) -> None:
    """One panel a classifier, one line a representation; published errors as open markers.

    `published` are rows of the configuration for this data set (errors in percent); `names` are
    all representations of the run, whose places give colours. An error of zero is drawn where
    half a test sample would be.
    """
    classifiers = list(dict.fromkeys(result.classifier for result in results))
    sizes = {result.train_size: result.n_train for result in results}
    with drawing(target, 1.0 + 3.1 * len(classifiers), 4.0) as figure:
        panels = figure.subplots(1, len(classifiers), sharey=True, squeeze=False)[0]
        for panel, classifier in zip(panels, classifiers, strict=True):
            chosen = [result for result in results if result.classifier == classifier]
            rows = [row for row in published if row["classifier"] == classifier]
            draw_panel(panel, chosen, [(place(row, sizes), row) for row in rows], names)
            panel.set_title(classifier)
        panels[0].set_ylabel("test error (%)")
        mark_percentages(panels[0])
        finish(figure, panels, bool(published))


def draw_panel(axes: Axes, results, published, names) -> None:
    """The lines of one classifier and the published points beside them."""
    axes.set(xscale="log", yscale="log", xlabel="training samples")
    for name, look in looks(names).items():
        line = sorted(
            (result for result in results if result.representation == name),
            key=lambda result: result.n_train,
        )
        if line:
            x = [result.n_train for result in line]
            axes.errorbar(x, *heights_and_bars(line), label=name, capsize=2, **look)
        points = [
            (x, max(row["error"], 1e-3)) for x, row in published if row["representation"] == name
        ]
        if points:
            open_marker = look | {"markerfacecolor": "white", "markersize": 7, "linewidth": 0.8}
            axes.plot(*zip(*sorted(points), strict=True), linestyle=":", zorder=1, **open_marker)
    marked = sorted({result.n_train for result in results} | {x for x, _ in published})
    plain_numbers(axes.xaxis, thinned(marked))
    axes.tick_params(axis="x", rotation=45 if len(marked) > 4 else 0)


def heights_and_bars(line: Sequence[Result]) -> tuple[list[float], list[list[float]]]:
    """Errors in percent, and the bars below and above: 95 % interval, or deviation over draws."""
    heights, below, above = [], [], []
    for result in line:
        height = max(result.error, 0.5 / result.n_test)
        low, high = result.interval or (
            result.error - result.deviation,
            result.error + result.deviation,
        )
        heights.append(100 * height)
        below.append(100 * max(0.0, height - max(low, 0.25 * height)))
        above.append(100 * max(0.0, high - height))
    return heights, [below, above]


def place(row: Mapping, sizes: Mapping[str, int]) -> int:
    """The number of training samples of a published row; ``all`` is our largest."""
    size = row["train_size"]
    return sizes.get("all", max(sizes.values())) if size == "all" else int(size)


def thinned(values: Sequence[int], ratio: float = 1.3) -> list[int]:
    """The values, without those that would be written over the one before on a log axis."""
    kept: list[int] = []
    for value in values:
        if not kept or value >= ratio * kept[-1]:
            kept.append(value)
    return kept


def mark_percentages(axes: Axes) -> None:
    low, high = axes.get_ylim()
    plain_numbers(axes.yaxis, [tick for tick in TICKS if low <= tick <= high])


def finish(figure: Figure, panels, has_published: bool) -> None:
    """The legend, with a line for what an open marker means."""
    if has_published:
        panels[0].plot(
            [], [], "o:", color="#5b5b5b", markerfacecolor="white", label="published (open)"
        )
    legend_below(figure, max(panels, key=lambda axes: len(axes.get_legend_handles_labels()[0])))
