"""Error under deformations, against dilations and against the stability theorem's terms."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.style import drawing, legend_below, looks, mark_round_numbers

TERMS = {
    "displacement": r"$|\tau|_\infty$ (pixels)",
    "gradient": r"$\Vert\nabla\tau\Vert_\infty$",
    "hessian": r"$\Vert H\tau\Vert_\infty$ (1/pixel)",
}
ERROR = r"$\Vert\Phi(\varphi_\tau x) - \Phi(x)\Vert \,/\, \Vert\Phi(x)\Vert$"


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
        figure.get_layout_engine().set(hspace=0.08)
        panels = figure.subplot_mosaic(
            [["dilation"] * 3 + ["bracket"] * 3, [*"aabbcc"]], height_ratios=[5, 4]
        )
        for name, store in stores.items():
            draw_dilations(panels["dilation"], name, store, look[name])
            draw_bracket(panels["bracket"], store, look[name])
            for key, term in zip("abc", TERMS, strict=True):
                draw_term(panels[key], store, term, look[name])
        panels["a"].set(ylabel="relative error", title="random smooth fields")
        for axes in panels.values():
            axes.set(xscale="log", yscale="log")
            mark_round_numbers(axes.xaxis, most=5)
            mark_round_numbers(axes.yaxis)
        legend_below(figure, panels.values())


def of_family(store: xr.Dataset, family: str) -> xr.Dataset:
    """The deformations of one family."""
    number = store.attrs["family_names"].index(family)
    return store.isel(deformation=np.flatnonzero(store["family"].values == number))


def draw_dilations(axes, name: str, store: xr.Dataset, look: Mapping) -> None:
    dilations = of_family(store, "dilation").sortby("parameter")
    axes.plot(dilations["parameter"], means(dilations), label=name, **look)
    axes.set(xlabel=r"dilation $\varepsilon$", ylabel=ERROR)
    axes.set_title("dilations u ↦ (1 + ε)u")


def draw_bracket(axes, store: xr.Dataset, look: Mapping) -> None:
    """Every deformation, and the line C · bracket that no image exceeds."""
    bound, constant = store["bound"].values, store.attrs["constant"]
    axes.plot(bound, means(store), linestyle="none", alpha=0.75, **look)
    ends = np.array([bound.min(), bound.max()])
    axes.plot(ends, constant * ends, color=look["color"], linewidth=1)
    J = store.attrs["J"]
    terms = (r"|\tau|_\infty", r"\Vert\nabla\tau\Vert_\infty", r"\Vert H\tau\Vert_\infty")
    axes.set_xlabel(f"$2^{{-{J}}} {' + '.join(terms)}$")
    axes.set_title("all fields; lines: C · bracket")


def draw_term(axes, store: xr.Dataset, term: str, look: Mapping) -> None:
    smooth = of_family(store, "smooth")
    axes.plot(smooth[term], means(smooth), linestyle="none", alpha=0.75, **look)
    axes.set_xlabel(TERMS[term])


def means(store: xr.Dataset) -> np.ndarray:
    """Mean error over samples, kept off zero for the logarithm."""
    return np.maximum(store["error"].mean("sample").values, 1e-12)
