"""How one layer flattens classes whose variation is known."""

import os

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.norm_tables import number
from scatterlab.report.style import (
    COLOURS,
    FAINT,
    INK,
    MARKERS,
    drawing,
    legend_below,
    mark,
    mark_round_numbers,
)

TITLE = "One layer"
TEXT = (
    "How does one layer flatten a class that is curved? Each class here is patches of waves of one "
    "frequency, at all positions and of all phases. Of a patch at one position, thresholding "
    "measures how far it reaches along one direction, the modulus along the plane of all phases; "
    "averaging over positions puts the pieces together."
)
CAPTION = (
    "Top: signals of both classes; the response of one filter to its patch as the phase turns; "
    "variance within over variance between classes. Bottom: dimension of the affine space that "
    "holds 95 % of a class, and test error of a linear classifier, against the width of the mean "
    "over positions, with the most filters; the error against the number of filters, with the "
    "widest mean. Dashed: the signals themselves. All three ρ have the same real filters; the "
    "modulus takes them in pairs."
)
NAMES = {"linear": "no ρ", "threshold": "max(0, x − t)", "modulus": "modulus"}


def plot_one_layer(store: xr.Dataset, target: str | os.PathLike) -> None:
    """Signals, responses, and three measures of flatness. `store` is of `analyses.one_layer`."""
    with drawing(target, 10.4, 5.8) as figure:
        panels = figure.subplots(2, 3)
        draw_signals(panels[0, 0], store)
        draw_responses(panels[0, 1], store)
        by_pooling = "width of the mean (samples)"
        widest, most = {"pooling": -1}, {"filters": -1}
        for axes, name, chosen, along, label, title in (
            (panels[0, 2], "ratio", most, "pooling", by_pooling, "within / between classes"),
            (panels[1, 0], "dimension", most, "pooling", by_pooling, "dimension of a class"),
            (panels[1, 1], "error", most, "pooling", by_pooling, "linear error (%)"),
            (panels[1, 2], "error", widest, "filters", "real filters", "linear error (%)"),
        ):
            draw_measure(axes, store, name, store[name].isel(chosen), along)
            axes.set(xlabel=label, title=title)
        legend_below(figure, panels.ravel())


def draw_signals(axes, store: xr.Dataset) -> None:
    """Examples one above the other, a colour for each class."""
    axes.set_title("signals")
    for place, examples in enumerate(store["signals"].values):
        for row, signal in enumerate(examples):
            height = -2.2 * (row * len(store["signals"]) + place)
            axes.plot(signal + height, color=COLOURS[3 + place], linewidth=1)
    axes.set(xlabel="position (samples)", yticks=[])
    axes.grid(visible=False)


def draw_responses(axes, store: xr.Dataset) -> None:
    axes.set_title("response of one filter")
    for row, rho in enumerate(store.attrs["rhos"]):
        axes.plot(store["phase"], store["response"][row], **style(rho, row) | {"marker": ""})
    axes.set(xlabel="phase of the patch (degrees)", xticks=[0, 90, 180, 270, 360])


def draw_measure(axes, store: xr.Dataset, name: str, values: xr.DataArray, along: str) -> None:
    """One measure along pooling or filters, a line for each ρ."""
    scale = 100 if name == "error" else 1
    for row, rho in enumerate(store.attrs["rhos"]):
        axes.plot(store[along], scale * values.values[row], **style(rho, row))
    of_signals = scale * store.attrs[name]
    axes.axhline(of_signals, color=INK, linestyle="--", linewidth=1, label="the signals")
    axes.set_xscale("log", base=2)
    mark(axes.xaxis, store[along].values.tolist())
    if name == "ratio":
        axes.axhline(1, color=FAINT, linewidth=0.8)
        axes.set_yscale("log")
        mark_round_numbers(axes.yaxis)
    else:
        axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])


def style(rho: str, row: int) -> dict:
    return {"label": NAMES[rho], "color": COLOURS[row], "marker": MARKERS[row]}


def finding(store: xr.Dataset) -> Finding:
    """Dimension, separability and error of the signals, and of what each ρ makes of them."""
    rhos = store.attrs["rhos"]
    filters, pooling = int(store["filters"][-1]), store["pooling"].values
    dimension, ratio, error = (
        store[name].isel(filters=-1).values for name in ("dimension", "ratio", "error")
    )
    t, m, linear = (rhos.index(name) for name in ("threshold", "modulus", "linear"))
    sentence = (
        f"Of the signals, affine spaces of {store.attrs['dimension']:g} dimensions hold 95 % of a "
        f"class, noise included, and a linear classifier errs in {100 * store.attrs['error']:.0f} "
        f"%. With {filters} filters the modulus makes that {dimension[m, 0]:g} dimensions without "
        f"any averaging, as it undoes the phase; thresholding leaves {dimension[t, 0]:g}, and "
        f"needs means over positions, which bring it down to {dimension[t].min():g}. Over "
        f"{pooling[-1]} samples variance within over variance between classes falls from "
        f"{number(store.attrs['ratio'])} to {number(ratio[t, -1])} by thresholding and to "
        f"{number(ratio[m, -1])} by the modulus, the error to {100 * error[t, -1]:.0f} and "
        f"{100 * error[m, -1]:.0f} %; without ρ the error is {100 * error[linear, -1]:.0f} %."
    )
    return Finding(sentence, [table(store)])


def table(store: xr.Dataset) -> Table:
    """All measures, a row for each ρ and number of filters."""
    rows = [
        [
            NAMES[rho],
            str(int(count)),
            *(cell(store.isel(rho=row, filters=column, pooling=place)) for place in places(store)),
        ]
        for row, rho in enumerate(store.attrs["rhos"])
        for column, count in enumerate(store["filters"].values)
    ]
    of_signals = cell(xr.Dataset({name: store.attrs[name] for name in MEASURES}))
    return Table(
        "dimension | within / between | linear error (%), by the width of the mean",
        ["ρ", "filters", *(f"mean over {int(pool)}" for pool in store["pooling"].values)],
        rows,
        f"{store.attrs['train']} training and {store.attrs['test']} test signals. The signals "
        f"themselves: {of_signals}. Dimensions are of what varies within a class, however little "
        "that is.",
        folded=True,
    )


MEASURES = ("dimension", "ratio", "error")


def places(store: xr.Dataset) -> range:
    return range(store.sizes["pooling"])


def cell(one: xr.Dataset) -> str:
    dimension, ratio, error = (float(np.asarray(one[name])) for name in MEASURES)
    return f"{dimension:g} | {number(ratio)} | {100 * error:.1f}"
