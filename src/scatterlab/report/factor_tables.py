"""Shares and dimensions of factors in tables, ours and published."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.confidence import CONFIDENCE
from scatterlab.report.finding import Table

TOGETHER = "Δ"
"""What factors do together."""
CONSTANT = "constant"
"""A layer whose features are the same for all images."""


def shares_of(store: xr.Dataset) -> dict[str, np.ndarray]:
    """R_k in percent by layer, means over grids; Δ's last."""
    shares = 100 * store["share"].mean("grid", skipna=False)
    found = {name: shares.values[:, place] for place, name in enumerate(store.attrs["factors"])}
    return found | {TOGETHER: 100 * store["residual"].mean("grid", skipna=False).values}


def dimensions_of(store: xr.Dataset, which: str = "dimension") -> dict[str, np.ndarray]:
    """Intrinsic dimensions by layer, means over grids."""
    means = store[which].mean("grid").values
    return {name: means[:, place] for place, name in enumerate(store.attrs["factors"])}


def tables_of(name: str, store: xr.Dataset) -> list[Table]:
    """The shares of a representation, and folded its dimensions by the whole variance."""
    grids = store.attrs["grids"]
    over = f" Means over {len(grids)} grids: {', '.join(grids)}." if len(grids) > 1 else ""
    return [share_table(name, store, over), whole_table(name, store, over)]


def share_table(name: str, store: xr.Dataset, over: str) -> Table:
    """R % (dimension): a row for each layer, a column for each factor and for Δ."""
    shares, dimensions = shares_of(store), dimensions_of(store)
    rows = [
        [
            layer,
            f"{int(store['features'][place]):,}",
            *(share_cell(shares[name][place], dimensions[name][place]) for name in dimensions),
            share_cell(shares[TOGETHER][place]),
        ]
        for place, layer in enumerate(store.attrs["layers"])
    ]
    return Table(
        f"{name}: R in percent (dimension), {store.attrs['images']:,} images",
        ["layer", "features", *dimensions, TOGETHER],
        rows,
        "Dimension: principal components of a factor's means that hold "
        f"{100 * store.attrs['trace']:g} % of their own variance, tr cov(F_k).{over}",
    )


def whole_table(name: str, store: xr.Dataset, over: str) -> Table:
    """Dimensions when the whole variance counts: a row for each layer, a column a factor."""
    dimensions = dimensions_of(store, "dimension_of_total")
    rows = [
        [layer, *(f"{dimensions[factor][place]:.3g}" for factor in dimensions)]
        for place, layer in enumerate(store.attrs["layers"])
    ]
    return Table(
        f"{name}: dimensions by the variance of the whole",
        ["layer", *dimensions],
        rows,
        "Principal components of a factor's means without which at most "
        f"{100 - 100 * store.attrs['trace']:g} % of tr cov(F) is left of them: 0 for a factor "
        f"whose share is smaller.{over}",
        folded=True,
    )


def share_cell(share: float, dimension: float | None = None) -> str:
    """``26.4 (8.3)``; whole dimensions without decimals."""
    if np.isnan(share):
        return CONSTANT
    if dimension is None:
        return f"{share:.1f}"
    return f"{share:.1f} ({round(float(dimension), 1):g})"


def published_tables(published: Sequence[Mapping], stores: Mapping[str, xr.Dataset]) -> list[Table]:
    """Each published table whose factors the data set has, with ours under its rows.

    Ours are of the layers with the same names, or else of the last layers, which are then named.
    """
    factors = set(next(iter(stores.values())).attrs["factors"])
    return [
        published_table(entry, stores)
        for entry in published
        if factors >= set(published_factors(entry)) - {TOGETHER}
    ]


def published_factors(entry: Mapping) -> list[str]:
    """The factors of a published table, in its order."""
    networks = entry["networks"].values()
    return list(dict.fromkeys(factor for network in networks for factor in network["shares"]))


def published_table(entry: Mapping, stores: Mapping[str, xr.Dataset]) -> Table:
    """A row for each factor with each network, then ours; a column for each layer."""
    rows = []
    for factor in published_factors(entry):
        for name, network in entry["networks"].items():
            dimensions = network["dimensions"].get(factor, [None] * len(entry["layers"]))
            cells = map(share_cell, network["shares"][factor], dimensions)
            rows.append([factor, f"{name} [{entry['confidence']}]", *cells])
        for name, store in stores.items():
            rows.append([factor, f"{name}, ours", *our_cells(store, factor, entry["layers"])])
    tag = entry["confidence"]
    source = f"Source: {entry['source']}; [{tag}]: {CONFIDENCE[tag]}."
    return Table(
        f"Published: {entry['title']}; R in percent (dimension)",
        ["factor", "representation", *entry["layers"]],
        rows,
        f"{source} {entry['note']} Ours are of this run's images: layers of these names, or else "
        "the last ones, as named.",
    )


def our_cells(store: xr.Dataset, factor: str, layers: Sequence[str]) -> list[str]:
    """Ours for published `layers`, one cell each; empty where we have fewer layers."""
    known = store.attrs["layers"]
    same = set(layers) <= set(known)
    ours = list(layers) if same else known[-len(layers) :]
    shares, dimensions = shares_of(store)[factor], dimensions_of(store).get(factor)
    cells = []
    for layer in ours:
        place = known.index(layer)
        cell = share_cell(shares[place], None if dimensions is None else dimensions[place])
        cells.append(cell if same else f"{cell} at {layer}")
    return [""] * (len(layers) - len(cells)) + cells
