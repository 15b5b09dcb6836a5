"""The numbers of objects among clutter."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.finding import Table
from scatterlab.report.sampling import QUANTILE, binomial_variance


def mean_probability(one: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Mean of ``probability`` over samples for each clutter, and half of its 95 % interval."""
    values = one["probability"].values
    count = values.shape[-1]
    deviation = values.std(-1, ddof=1) if count > 1 else np.zeros(len(values))
    return values.mean(-1), QUANTILE * deviation / np.sqrt(count)


def right(one: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Share of the samples that are decided for rightly, and half of its 95 % interval."""
    rightly = one["decided"].values == one["label"].values
    count, share = rightly.shape[-1], rightly.mean(-1)
    variance = np.array([binomial_variance(value, count) for value in share])
    return share, QUANTILE * np.sqrt(variance)


def halving_amount(one: xr.Dataset) -> float | None:
    """The amount at which the mean probability first is half of that at the smallest amount.

    Between amounts that were measured, by a straight line; None if it stays above.
    """
    amounts, (mean, _) = one["amount"].values, mean_probability(one)
    half = mean[0] / 2
    below = np.flatnonzero(mean <= half)
    if not len(below) or below[0] == 0:
        return None
    after = below[0]
    before = after - 1
    part = (mean[before] - half) / (mean[before] - mean[after])
    return float(amounts[before] + part * (amounts[after] - amounts[before]))


def half_table(halves: Mapping[str, Mapping[str, float | None]]) -> Table:
    """The amounts that halve the mean probability: a row for each kind of clutter."""
    names = list(next(iter(halves.values())))
    rows = [
        [label, *("–" if found[name] is None else f"{found[name]:.2f}" for name in names)]
        for label, found in halves.items()
    ]
    return Table(
        "Clutter that halves p(true class)",
        ["clutter", *names],
        rows,
        "A share of the image, or an amplitude; between those that were measured by a straight "
        "line. A dash: no amount that was measured.",
    )


def tables_of(
    stores: Mapping[str, xr.Dataset], columns: Sequence[tuple[str, Sequence[int]]]
) -> list[Table]:
    """Decisions and layers; `columns` are kinds of clutter, each with its rows."""
    first = next(iter(stores.values()))
    decided, amounts = [], first["amount"].values
    for label, rows in columns:
        found = [
            [
                cells(statistic(store.isel(clutter=list(rows))))
                for statistic in (right, mean_probability)
            ]
            for store in stores.values()
        ]
        for place, row in enumerate(rows):
            both = [cell[place] for pair in found for cell in pair]
            decided.append([label, f"{amounts[row]:g}", *both])
    heads = [head for name in stores for head in (f"{name}: rightly", f"{name}: p(true)")]
    count = first.sizes["sample"]
    note = (
        f"{count:,} test images, the same clutter for all, with 95 % intervals. Clutter covers "
        f"squares of {first.attrs['patch']} pixels; before a plain background, what differs from "
        f"it by {first.attrs['threshold']:g} is the object."
    )
    if first.attrs["backgrounds"]:
        note += f" Backgrounds are parts of images of {first.attrs['backgrounds']}."
    if first.attrs["zero_images"]:
        note += f" {first.attrs['zero_images']} images are zero: nothing is relative to them."
    decisions = Table(
        "Decisions among clutter", ["clutter", "amount", *heads], decided, note, folded=True
    )
    return [decisions, *(layer_table(name, store, columns) for name, store in stores.items())]


def cells(statistic: tuple[np.ndarray, np.ndarray]) -> list[str]:
    return [f"{mean:.2f} ± {margin:.2f}" for mean, margin in zip(*statistic, strict=True)]


def layer_table(
    name: str, store: xr.Dataset, columns: Sequence[tuple[str, Sequence[int]]]
) -> Table:
    """Relative change of every layer: a row for each amount that is not zero."""
    rows = []
    for label, places in columns:
        for row in places:
            amount = float(store["amount"][row])
            if amount:
                change = store["change"].values[row]
                image = np.nanmean(store["image_change"].values[row])
                rows.append([label, f"{amount:g}", f"{image:.2f}", *map(mean_cell, change)])
    zeros = {
        layer: int(count)
        for layer, count in zip(store.attrs["layers"], store["zeros"].values, strict=True)
        if count
    }
    told = ", ".join(f"{count} at {layer}" for layer, count in zeros.items())
    return Table(
        f"Relative change of the layers of {name}",
        ["clutter", "amount", "image", *store.attrs["layers"]],
        rows,
        "Means over test images." + (f" Left out, as Φ(x) is zero: {told}." if told else ""),
        folded=True,
    )


def mean_cell(change: np.ndarray) -> str:
    """The mean over samples of which it is defined."""
    known = change[~np.isnan(change)]
    return f"{known.mean():.2f}" if len(known) else "–"
