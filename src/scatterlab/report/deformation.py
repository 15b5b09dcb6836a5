"""Error under deformations of every layer, and the stability theorem's constant."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.style import drawing, legend_below, looks, mark_round_numbers

TITLE = "Stability to deformations"
TEXT = (
    "Does a small deformation of the image change a layer little? Mallat 2012 proves it of "
    "scattering: ‖Φ(φ_τ x) − Φ(x)‖ ≤ C ‖Φ(x)‖ (2⁻ᴶ|τ|_∞ + ‖∇τ‖_∞ + ‖Hτ‖_∞). C is measured of every "
    "layer of every representation: the largest ratio over all deformations and images."
)
CAPTION = (
    "Top left: the smallest C that no deformation of any image exceeds, by layer. Top right: every "
    "deformation against the bracket of the theorem, for the layer that the representation takes; "
    "lines have the slope C. Below: the relative error of that layer under translations, "
    "rotations, dilations and random smooth fields (a line for each correlation length), means "
    "over test images."
)
PARAMETERS = {
    "translation": "pixels",
    "rotation": "degrees",
    "dilation": r"$\varepsilon$",
    "smooth": r"$|\tau|_\infty$ (pixels)",
}
"""What the size of a deformation of each family is."""

TERMS = {"displacement": "2⁻ᴶ|τ|", "gradient": "‖∇τ‖", "hessian": "‖Hτ‖"}


def plot_deformation(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """C by layer, every deformation against the bracket, and each family by its parameter.

    `stores` maps representations to what `analyses.deformation` gives; points are means over
    samples. `names` are all representations of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, 9.4, 7.0) as figure:
        figure.get_layout_engine().set(hspace=0.06)
        panels = figure.subplot_mosaic(
            [["constant"] * 2 + ["bracket"] * 2, list(PARAMETERS)], height_ratios=[5, 4]
        )
        for name, store in stores.items():
            draw_constants(panels["constant"], name, store, look[name])
            own = store.isel(layer=store.attrs["layers"].index(store.attrs["layer"]))
            draw_bracket(panels["bracket"], own, look[name])
            for family in PARAMETERS:
                draw_family(panels[family], own, family, look[name])
        finish_constants(panels["constant"])
        for key in ("bracket", *PARAMETERS):
            panels[key].set(xscale="log", yscale="log")
            mark_round_numbers(panels[key].xaxis, most=4)
            mark_round_numbers(panels[key].yaxis)
        panels["translation"].set_ylabel("relative error")
        legend_below(figure, [panels["constant"]])


def draw_constants(axes, name: str, store: xr.Dataset, look: Mapping) -> None:
    """C of each layer; layers are spread evenly from the first to the last."""
    constants = store["constant"].values
    places = np.linspace(0, 1, len(constants)) if len(constants) > 1 else [1.0]
    axes.plot(places, constants, label=name, **look)


def finish_constants(axes) -> None:
    axes.set(ylabel="C", title="the theorem's constant, by layer")
    axes.set_ylim(bottom=0)
    axes.set_xticks([0, 1], ["first layer", "last layer"])
    axes.set_xlim(-0.1, 1.1)


def draw_bracket(axes, own: xr.Dataset, look: Mapping) -> None:
    """Every deformation, and the line C · bracket that no image exceeds."""
    bound = own["bound"].values
    axes.plot(bound, means(own), linestyle="none", alpha=0.75, **look)
    ends = np.array([bound.min(), bound.max()])
    axes.plot(ends, float(own["constant"]) * ends, color=look["color"], linewidth=1)
    terms = (r"|\tau|_\infty", r"\Vert\nabla\tau\Vert_\infty", r"\Vert H\tau\Vert_\infty")
    axes.set_xlabel(f"$2^{{-J}} {' + '.join(terms)}$")
    axes.set_title("all deformations; lines: C · bracket")


def draw_family(axes, own: xr.Dataset, family: str, look: Mapping) -> None:
    """The error against the parameter of a family; a smooth field's widths each have a line."""
    axes.set_title(family)
    axes.set_xlabel(PARAMETERS[family])
    number = own.attrs["family_names"].index(family)
    of_family = own.isel(deformation=np.flatnonzero(own["family"].values == number))
    for width in np.unique(of_family["width"].values):
        line = of_family.isel(deformation=np.flatnonzero(of_family["width"].values == width))
        line = line.sortby("parameter")
        axes.plot(line["parameter"], means(line), linewidth=1.2, **{**look, "markersize": 4})


def means(own: xr.Dataset) -> np.ndarray:
    """Mean error over samples, kept off zero for the logarithm."""
    return np.maximum(own["error"].mean("sample").values, 1e-12)


def finding(stores: Mapping[str, xr.Dataset], published=None) -> Finding:
    """The most and the least stable layers taken, what depth does, and C by layer and family."""
    taken = {
        name: float(store["constant"][store.attrs["layers"].index(store.attrs["layer"])])
        for name, store in stores.items()
    }
    least, most = min(taken, key=taken.get), max(taken, key=taken.get)
    sentence = f"Of the layers taken, {least} has the smallest constant, C = {taken[least]:.2f}"
    sentence += f", and {most} the largest, {taken[most]:.2f}." if most != least else "."
    for name, store in stores.items():
        layers, constants = store.attrs["layers"], store["constant"].values
        if len(layers) > 1:
            sentence += (
                f" In {name} it goes from {constants[0]:.2f} at {layers[0]} to "
                f"{constants[-1]:.2f} at {layers[-1]}."
            )
    return Finding(sentence, [constants_table(stores)])


def constants_table(stores: Mapping[str, xr.Dataset]) -> Table:
    """C of each layer, over all deformations and over each family, and the weights of the terms."""
    families = next(iter(stores.values())).attrs["family_names"]
    rows = [
        constants_row(name, store, place)
        for name, store in stores.items()
        for place in range(store.sizes["layer"])
    ]
    weights = [f"weight of {term}" for term in TERMS.values()]
    columns = ["representation", "layer", "C", *families, *weights, "left (%)"]
    note = (
        "C over all deformations, then over each family alone; the smaller, the more stable. "
        "Weights, none negative, of the theorem's three terms that together fit the mean error "
        "best, and how much of it they leave. –: no deformation of the family. Of representations "
        "without a scale, J is a key of the configuration: the larger, the larger their C."
    )
    return Table("Constants", columns, rows, note, folded=True)


def constants_row(name: str, store: xr.Dataset, place: int) -> list[str]:
    layer = store.isel(layer=place)
    return [
        name,
        store.attrs["layers"][place],
        written(float(layer["constant"])),
        *map(written, layer["of_family"].values.tolist()),
        *map(written, layer["of_term"].values.tolist()),
        f"{100 * float(layer['unexplained']):.0f}",
    ]


def written(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "–"
