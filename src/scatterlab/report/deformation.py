"""Error under deformations, against dilations and against the stability theorem's terms."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.style import drawing, legend_below, looks

TERMS = {
    "displacement": "|τ|∞ (pixels)",
    "gradient": "‖∇τ‖∞",
    "hessian": "‖Hτ‖∞ (1/pixel)",
}


def plot_deformation(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """Top: error against dilation ε, and against the bracket with the fitted constant.

    Bottom: error under random smooth fields against each of the three terms. `stores` maps
    representations to ``error`` (deformation, sample), relative to ‖Φ(x)‖; points are means over
    samples. `names` are all representations of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, 9.4, 7.6) as figure:
        panels = figure.subplot_mosaic([["dilation"] * 3 + ["bracket"] * 3, [*"aabbcc"]])
        for name, store in stores.items():
            draw_dilations(panels["dilation"], name, store, look[name])
            draw_bracket(panels["bracket"], store, look[name])
            for key, term in zip("abc", TERMS, strict=True):
                draw_term(panels[key], store, term, look[name])
        panels["a"].set_ylabel("relative error")
        for axes in panels.values():
            axes.set(xscale="log", yscale="log")
            axes.grid(axis="y", which="minor", visible=True, linewidth=0.4)
        legend_below(figure, panels["dilation"])


def of_family(store: xr.Dataset, family: str) -> xr.Dataset:
    """The deformations of one family."""
    number = store.attrs["family_names"].index(family)
    return store.isel(deformation=np.flatnonzero(store["family"].values == number))


def draw_dilations(axes, name: str, store: xr.Dataset, look: Mapping) -> None:
    dilations = of_family(store, "dilation").sortby("parameter")
    axes.plot(dilations["parameter"], means(dilations), label=name, **look)
    axes.set(xlabel="dilation ε", ylabel="‖Φ(φ_τ x) − Φ(x)‖ / ‖Φ(x)‖")
    axes.set_title("dilations u ↦ (1 + ε)u")


def draw_bracket(axes, store: xr.Dataset, look: Mapping) -> None:
    """Every deformation, and the line C · bracket that no image exceeds."""
    bound, constant = store["bound"].values, store.attrs["constant"]
    axes.plot(bound, means(store), linestyle="none", alpha=0.75, **look)
    ends = np.array([bound.min(), bound.max()])
    axes.plot(ends, constant * ends, color=look["color"], linewidth=1)
    J = store.attrs["J"]
    axes.set_xlabel(f"2^−{J} |τ|∞ + ‖∇τ‖∞ + ‖Hτ‖∞")
    axes.set_title("all fields; lines: C · bracket")


def draw_term(axes, store: xr.Dataset, term: str, look: Mapping) -> None:
    smooth = of_family(store, "smooth")
    axes.plot(smooth[term], means(smooth), linestyle="none", alpha=0.75, **look)
    axes.set_xlabel(TERMS[term])
    axes.set_title("smooth fields")


def means(store: xr.Dataset) -> np.ndarray:
    """Mean error over samples, kept off zero for the logarithm."""
    return np.maximum(store["error"].mean("sample").values, 1e-12)
