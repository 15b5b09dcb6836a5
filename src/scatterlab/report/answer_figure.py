"""The variants of a question: errors, and the time of a step."""

import os
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from scatterlab.report.style import drawing, legend_below, looks


def plot_answer(found: Mapping, target: str | os.PathLike) -> None:
    """Two panels, the test error and the time of a step; `found` is what `answers.answer` gives.

    A line a variant, or without a key along which they go on, a curve a variant over its values.
    """
    if found["along"] is None:
        plot_variants(found["rows"], target)
    else:
        plot_curves(found["rows"], found["along"], target)


def plot_variants(rows: Sequence[Mapping], target: str | os.PathLike) -> None:
    """Variants down, the first on top."""
    names = [row["label"] for row in rows]
    with drawing(target, 8.2, 1.0 + 0.36 * len(rows)) as figure:
        errors, times = figure.subplots(1, 2, sharey=True)
        for place, (row, look) in enumerate(zip(rows, looks(names).values(), strict=True)):
            errors.errorbar(100 * row["error"], place, xerr=bars([row]), capsize=3, **look)
            times.barh(place, row["milliseconds"], height=0.5, color=look["color"])
        errors.set_yticks(range(len(rows)), labels=names)
        errors.invert_yaxis()
        errors.set_xlabel("test error (%)")
        times.set_xlabel("forward and backward (ms an image)")


def plot_curves(rows: Sequence[Mapping], key: str, target: str | os.PathLike) -> None:
    """A curve a variant."""
    names = list(dict.fromkeys(row["label"] for row in rows))
    with drawing(target, 8.2, 3.6) as figure:
        errors, times = figure.subplots(1, 2)
        for name, look in looks(names).items():
            line = sorted((row for row in rows if row["label"] == name), key=value)
            across = [value(row) for row in line]
            heights = [100 * row["error"] for row in line]
            errors.errorbar(across, heights, yerr=bars(line), label=name, capsize=3, **look)
            times.plot(across, [row["milliseconds"] for row in line], **look)
        for axes in (errors, times):
            mark_values(axes, key, sorted({value(row) for row in rows}))
        errors.set_ylabel("test error (%)")
        times.set_ylabel("forward and backward (ms an image)")
        times.set_ylim(bottom=0)
        legend_below(figure, [errors])


def value(row: Mapping) -> float:
    return row["along"]


def mark_values(axes: Axes, key: str, values: Sequence[float]) -> None:
    axes.set_xlabel(key.replace("_", " "))
    axes.set_xticks(values, labels=[f"{number:g}" for number in values])


def bars(rows: Sequence[Mapping]) -> list[list[float]]:
    """Below and above each error, in percent: its deviation over draws, or its 95 % interval."""
    spans = [
        row["interval"] or (row["error"] - row["deviation"], row["error"] + row["deviation"])
        for row in rows
    ]
    below = [100 * (row["error"] - low) for row, (low, _) in zip(rows, spans, strict=True)]
    above = [100 * (high - row["error"]) for row, (_, high) in zip(rows, spans, strict=True)]
    return [below, above]
