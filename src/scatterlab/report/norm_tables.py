"""Norms and ratios in tables, ours and published."""

from collections.abc import Mapping, Sequence
from math import nan, prod

import numpy as np
import xarray as xr

from scatterlab.report.finding import Table


def largest(store: xr.Dataset, which: str) -> np.ndarray:
    """The largest ``random`` or ``worst`` ratio of each layer, over amplitudes and images."""
    return store[which].max(("amplitude", "sample")).values


def ratio_table(name: str, store: xr.Dataset) -> Table:
    """A row for each layer: its bounds, and the worst ratio by the size of the change."""
    amplitudes = store["amplitude"].values
    worst = store["worst"].max("sample").values
    noise = largest(store, "random")
    rows = [
        [
            layer,
            number(float(store["alone"][place])),
            number(float(store["bound"][place])),
            *(number(ratio) for ratio in worst[place]),
            number(noise[place]),
        ]
        for place, layer in enumerate(store.attrs["layers"])
    ]
    return Table(
        f"{name}: the largest ‖Φ(x + w) − Φ(x)‖ / ‖w‖",
        [
            "layer",
            "bound of the layer",
            "bound of all up to it",
            *(f"found, w of {amplitude:g}" for amplitude in amplitudes),
            "white noise",
        ],
        rows,
        f"w has the given root mean square; {store.attrs['steps']} steps of ascent on "
        f"{store.sizes['sample']} images."
        + first_step(store)
        + "".join(f" {layer}: {why}." for layer, why in store.attrs["remarks"].items()),
    )


def first_step(store: xr.Dataset) -> str:
    """What comes before the first layer, and its norm."""
    if not store.attrs["first"]:
        return ""
    norm = number(store.attrs["before"])
    return f" Before the first layer comes its {store.attrs['first']}, of norm {norm}."


def operator_table(name: str, store: xr.Dataset) -> Table:
    """A row for each linear operator of a network: its norm as it is used, and the check."""
    layers = store.attrs["all_layers"]
    rows = [
        [
            operator,
            layers[int(store["layer_of_operator"][place])],
            kind,
            *(number(float(store[which][place]), 4) for which in ("norm", "circular", "iterated")),
            disagreement(*(float(store[which][place]) for which in ("circular", "iterated"))),
        ]
        for place, (operator, kind) in enumerate(
            zip(store.attrs["operators"], store.attrs["kinds"], strict=True)
        )
    ]
    return Table(
        f"{name}: norms of linear operators",
        ["operator", "layer", "kind", "‖Ψ‖ as used", "periodic", "iterated", "they differ by"],
        rows,
        "As used: with stride and zero padding, and the batch normalisation that follows, by "
        "Lanczos iteration (full layers: singular values). Periodic: max over frequencies of the "
        "largest singular value, on the least grid that holds the input among zeros, which bounds "
        "the norm as used; beside it the same by iteration.",
        folded=True,
    )


def published_tables(published: Sequence[Mapping], stores: Mapping[str, xr.Dataset]) -> list[Table]:
    """Each published table, with the norms of our layers of the same names."""
    return [published_table(entry, stores) for entry in published]


def published_table(entry: Mapping, stores: Mapping[str, xr.Dataset]) -> Table:
    layers = list(entry["norms"])
    ours = {
        name: norms
        for name, norms in ((name, norms_by_layer(store)) for name, store in stores.items())
        if set(layers) & set(norms)
    }
    rows = [
        [
            layer,
            f"{entry['norms'][layer]:g}",
            *(number(norms[layer]) if layer in norms else "–" for norms in ours.values()),
        ]
        for layer in layers
    ]
    rows.append(
        [
            "product",
            number(product_of(entry["norms"], layers)),
            *(number(product_of(norms, layers)) for norms in ours.values()),
        ]
    )
    source = f" {entry['source']}." if entry["source"] else ""
    return Table(
        f"Published norms of operators: {entry['network']}",
        ["layer", f"published [{entry['confidence']}]", *ours],
        rows,
        f"‖Ψ‖ of each layer.{source}",
    )


def product_of(norms: Mapping[str, float], layers: Sequence[str]) -> float:
    """Of the norms of `layers`; NaN where one is missing."""
    return prod(norms.get(layer, nan) for layer in layers)


def norms_by_layer(store: xr.Dataset) -> dict[str, float]:
    """The norm of the operator of each layer that has one."""
    layers = [store.attrs["all_layers"][int(place)] for place in store["layer_of_operator"]]
    norms = dict(zip(layers, store["norm"].values.tolist(), strict=True))
    return {layer: norm for layer, norm in norms.items() if layers.count(layer) == 1}


def number(value: float, digits: int = 3) -> str:
    """With so many significant digits; thousands are grouped, and what is not known is a dash."""
    if np.isnan(value):
        return "–"
    if value == 0:
        return "0"
    if np.isinf(value):
        return "none"
    if value >= 1e6 or 0 < value < 1e-3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}·10{superscript(int(exponent))}"
    rounded = float(f"{value:.{digits}g}")
    decimals = max(0, digits - len(f"{int(rounded)}")) if rounded >= 1 else digits
    return f"{rounded:,.{decimals}f}"


def superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


def disagreement(formula: float, iterated: float) -> str:
    """The relative difference of the two ways to a norm."""
    if np.isnan(formula):
        return "–"
    difference = abs(iterated - formula) / formula if formula else abs(iterated)
    return "< 10⁻⁶" if difference < 1e-6 else number(difference, 2)
