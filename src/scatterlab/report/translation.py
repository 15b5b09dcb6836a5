"""Error under translations: for every representation, and against the scale of averaging."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.style import drawing, legend_below, looks, mark, mark_round_numbers
from scatterlab.report.tables import signed

TITLE = "Invariance to translations"
TEXT = (
    "How far does a representation change when the image is translated? The first term of the "
    "stability theorem of Mallat 2012: an average over 2ᴶ pixels makes the error fall as 2⁻ᴶ."
)
CAPTION = (
    "Relative error under circular translations, mean over test images. Right: against the scale "
    "of averaging, for representations that have one; the dotted guide is proportional to 2⁻ᴶ, the "
    "theorem's rate."
)
LINES = ("-", "--", "-.", ":")
ERROR = r"$\Vert\Phi(T_c x) - \Phi(x)\Vert \,/\, \Vert\Phi(x)\Vert$"


def plot_translation(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Left: error against the shift; right: against 2^−J, for what has a scale.

    `stores` maps representations to ``error`` (J, shift, sample), relative to ‖Φ(x)‖; means over
    samples are drawn, on the left at the representation's own scale, the attribute ``J``.
    `names` are all representations of the run, whose places give colours.
    """
    look = looks(names)
    means = {name: store["error"].mean("sample") for name, store in stores.items()}
    scaled = {name: error for name, error in means.items() if error.sizes["J"] > 1}
    with drawing(target, 9.4 if scaled else 5.2, 4.2) as figure:
        panels = figure.subplots(1, 2 if scaled else 1, squeeze=False)[0]
        for name, error in means.items():
            draw_shifts(panels[0], name, error, stores[name].attrs["J"], look[name])
        panels[0].set_ylim(bottom=0)
        if scaled:
            draw_scales(panels[1], scaled, look)
        legend_below(figure, panels)


def draw_shifts(axes, name: str, error: xr.DataArray, scale: int, look: Mapping) -> None:
    error = error.sel(J=scale)
    label = f"{name} (J = {scale})" if scale else name
    axes.plot(error["shift"], error, label=label, **look)
    axes.set(xlabel="shift $c$ (pixels)", ylabel=ERROR)
    axes.set_title("against the shift")


def draw_scales(axes, scaled: Mapping[str, xr.DataArray], look: Mapping) -> None:
    """Error against 2^−J on logarithmic axes, a line for each shift, and a guide of slope 1."""
    shifts = shown_shifts(next(iter(scaled.values()))["shift"].values)
    for name, error in scaled.items():
        for shift, line in zip(shifts, LINES, strict=False):
            heights = np.maximum(error.sel(shift=shift), 1e-12)
            axes.plot(2.0 ** -error["J"], heights, linestyle=line, **look[name])
            axes.annotate(
                f"{shift:g} px",
                (2.0 ** -float(error["J"][0]), float(heights[0])),
                xytext=(6, -3),
                textcoords="offset points",
                fontsize=7,
                color=look[name]["color"],
            )
    draw_guide(axes, scaled)
    scales = sorted({int(J) for error in scaled.values() for J in error["J"].values})
    axes.set(xscale="log", yscale="log", xlabel="$2^{-J}$", ylabel="relative error")
    mark(axes.xaxis, [])
    axes.set_xticks([2.0**-J for J in scales], labels=[f"1/{2**J}" for J in scales])
    axes.set_xlim(2.0 ** -(scales[-1] + 0.25), 2.0 ** -(scales[0] - 0.6))
    mark_round_numbers(axes.yaxis)
    axes.set_title("against the scale")


def shown_shifts(shifts: np.ndarray) -> list[float]:
    """Up to as many positive shifts as there are line styles, evenly spread."""
    positive = np.sort(shifts[shifts > 0])
    places = np.linspace(0, len(positive) - 1, min(len(positive), len(LINES)))
    return positive[np.unique(places.round().astype(int))].tolist()


def draw_guide(axes, scaled: Mapping[str, xr.DataArray]) -> None:
    """A grey line proportional to 2^−J under the lowest curve."""
    scales = np.array(sorted({int(J) for error in scaled.values() for J in error["J"].values}))
    lowest = min(
        float((error.sel(shift=error["shift"] > 0) * 2.0 ** error["J"]).min())
        for error in scaled.values()
    )
    x = 2.0**-scales
    axes.plot(x, 0.7 * max(lowest, 1e-12) * x, color="#5b5b5b", linewidth=1, linestyle=(0, (1, 2)))
    axes.annotate(
        r"$\propto 2^{-J}$",
        (x[0], 0.7 * max(lowest, 1e-12) * x[0]),
        xytext=(6, -3),
        textcoords="offset points",
        fontsize=7,
        color="#5b5b5b",
    )


def finding(stores: Mapping[str, xr.Dataset], published=None) -> Finding:
    """The most invariant representation, and the rate at which the scale makes it so."""
    errors = {
        name: store["error"].sel(J=store.attrs["J"]).mean("sample")
        for name, store in stores.items()
    }
    shift = float(next(iter(errors.values()))["shift"].max())
    largest = {name: float(error.sel(shift=shift)) for name, error in errors.items()}
    least, most = min(largest, key=largest.get), max(largest, key=largest.get)
    little = 100 * largest[least]
    told = f"by {little:.2g} %" if little >= 0.01 else "by less than 0.01 %"
    sentence = f"Moved by {shift:g} pixels, {least} changes {told}"
    sentence += f", {most} by {100 * largest[most]:.0f} %." if most != least else "."
    rates = {name: slopes(store["error"]) for name, store in stores.items()}
    rates = {name: rate for name, rate in rates.items() if rate}
    if not rates:
        return Finding(sentence)
    means = {name: np.mean(list(rate.values())) for name, rate in rates.items()}
    told = ", ".join(f"{signed(mean)} for {name}" for name, mean in means.items())
    sentence += f" As the scale grows, log₂ of the error has slope {told}; the theorem's is −1."
    shifts = list(next(iter(rates.values())))
    rows = [[name, *(signed(rate[shift]) for shift in shifts)] for name, rate in rates.items()]
    columns = ["slope of log₂ error over J", *(f"{shift:g} px" for shift in shifts)]
    note = "An error proportional to 2⁻ᴶ has slope −1."
    return Finding(sentence, [Table("Rates", columns, rows, note)])


def slopes(error: xr.DataArray) -> dict[float, float]:
    """Slopes of log2 of the mean error over J, for each positive shift; none for one scale.

    `error` is (J, shift, sample).
    """
    if error.sizes["J"] < 2:
        return {}
    means = np.maximum(error.mean("sample").sel(shift=error["shift"] > 0), 1e-12)
    return {
        float(shift): np.polyfit(means["J"].values, np.log2(means.sel(shift=shift)), 1)[0]
        for shift in means["shift"].values
    }
