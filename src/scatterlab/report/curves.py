"""Error against the number of training samples."""

import os
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from scatterlab.report.evaluations import NETWORK, Result
from scatterlab.report.style import INK, drawing, legend_below, looks, mark, mark_round_numbers

APART = 1.025
"""Ratio between the places of neighbouring representations, so that bars can be told apart."""
OPEN = {"linestyle": ":", "linewidth": 0.8, "markerfacecolor": "white", "markersize": 7}
"""How published errors are drawn."""
LEAST = 1e-3
"""A published error of zero is drawn here, in percent."""
ROOM = 1.8
"""Least ratio between two numbers along the axis of training sizes."""


def plot_errors(
    results: Sequence[Result],
    published: Sequence[Mapping],
    names: Sequence[str],
    target: str | os.PathLike,
) -> None:
    """One panel a classifier, one line a representation; published errors as open markers.

    `published` are rows of the configuration for this data set (errors in percent); `names` are
    all representations and networks of the run, whose places give colours. Networks, which decide
    themselves, are in every panel. An error of zero is drawn where half a test sample would be.
    """
    published = at_numbers(published, results)
    shown = by_panel(results)
    with drawing(target, 1.0 + 3.1 * len(shown), 4.0) as figure:
        panels = figure.subplots(1, len(shown), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (classifier, ours) in zip(panels, shown.items(), strict=True):
            title = ours[0].classifier_text
            axes.set(xscale="log", yscale="log", xlabel="training samples", title=title)
            draw_results(axes, ours, names)
            draw_published(axes, [r for r in published if r["classifier"] == classifier], names)
        panels[0].set_ylabel("test error (%)")
        marked = sizes_shown(results, published)
        for axes in panels:
            mark(axes.xaxis, marked)
            axes.tick_params(axis="x", rotation=45 if len(marked) > 4 else 0)
        mark_round_numbers(panels[0].yaxis)
        legend_below(figure, panels)


def by_panel(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of each classifier; those of networks, which decide themselves, are with all."""
    of_networks = [result for result in results if result.decided_by_network]
    panels = {}
    for result in results:
        if not result.decided_by_network:
            panels.setdefault(result.classifier, []).append(result)
    return {name: [*ours, *of_networks] for name, ours in panels.items()} or {NETWORK: of_networks}


def draw_results(axes: Axes, results: Sequence[Result], names: Sequence[str]) -> None:
    """A line with error bars for each representation."""
    for place, (name, look) in enumerate(looks(names).items()):
        line = sorted(
            (result for result in results if result.representation == name),
            key=lambda result: result.n_train,
        )
        if line:
            aside = APART ** (place - (len(names) - 1) / 2)
            x = [aside * result.n_train for result in line]
            axes.errorbar(x, *heights_and_bars(line), label=name, capsize=2, elinewidth=0.8, **look)


def draw_published(axes: Axes, published: Sequence[Mapping], names: Sequence[str]) -> None:
    """Open markers on a dotted line for each representation."""
    for name, look in looks(names).items():
        points = sorted(
            (row["train_size"], max(row["error"], LEAST))
            for row in published
            if row["representation"] == name
        )
        if points:
            axes.plot(*zip(*points, strict=True), **look | OPEN)
    if published:
        # a container, as the lines with error bars are: the legend lists these last
        axes.errorbar([], [], marker="o", color=INK, label="published", **OPEN)


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


def at_numbers(published: Sequence[Mapping], results: Sequence[Result]) -> list[dict]:
    """The published rows at numbers of training samples.

    ``all`` is our largest number; sizes of each class are multiplied by the number of classes.
    """
    largest = max(results, key=lambda result: result.n_train)
    classes = largest.n_train // int(largest.train_size) if largest.per_class else 1
    return [
        {
            **row,
            "train_size": largest.n_train
            if row["train_size"] == "all"
            else row["train_size"] * classes,
        }
        for row in published
    ]


def sizes_shown(results: Sequence[Result], published: Sequence[Mapping]) -> list[int]:
    """Our training sizes, then published ones between them that have room on a log axis."""
    kept = sorted({result.n_train for result in results})
    for size in sorted({row["train_size"] for row in published}):
        if all(max(size, other) >= ROOM * min(size, other) for other in kept):
            kept.append(size)
    return sorted(kept)
