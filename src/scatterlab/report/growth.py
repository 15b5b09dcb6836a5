"""Errors and energy against the number of coefficients, for each order of a scattering."""

import os
from collections.abc import Mapping

import xarray as xr

from scatterlab.report.style import drawing, legend_below, looks, mark_round_numbers

NO_ERROR = 0.05
"""Percent, where an error of zero is drawn."""


def plot_growth(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """Two panels a representation: the error, and the energy; a line an order, a point a scale.

    `stores` maps representations to what `analyses.growth` gives. Filled markers stand for all
    coefficients, open ones for those that were selected.
    """
    with drawing(target, 8.6, 0.6 + 2.9 * len(stores)) as figure:
        panels = figure.subplots(len(stores), 2, squeeze=False)
        for (errors, energies), (name, store) in zip(panels, stores.items(), strict=True):
            draw_errors(errors, store)
            draw_energy(energies, store)
            errors.set_title(name)
        legend_below(figure, panels.flat)


def draw_errors(axes, store: xr.Dataset) -> None:
    for order, look in looks_of_orders(store).items():
        one = store.sel(order=order).dropna("J")
        percent = (100 * one["error"]).clip(min=NO_ERROR)
        axes.plot(one["coefficients"], percent, label=f"order {order}, all coefficients", **look)
        open_look = {**look, "markerfacecolor": "white", "linestyle": ":"}
        selected = (100 * one["error_selected"]).clip(min=NO_ERROR)
        axes.plot(one["selected"], selected, label=f"order {order}, selected", **open_look)
        write_scales(axes, one["coefficients"], percent, one)
    axes.set(xscale="log", xlabel="coefficients of an image")
    axes.set_yscale("log")
    axes.set_ylabel("test error (%)")
    mark_round_numbers(axes.xaxis)
    mark_round_numbers(axes.yaxis)


def draw_energy(axes, store: xr.Dataset) -> None:
    for order, look in looks_of_orders(store).items():
        one = store.sel(order=order).dropna("J")
        percent = 100 * one["energy"]
        axes.plot(one["coefficients"], percent, **look)
        write_scales(axes, one["coefficients"], percent, one)
    axes.set(xscale="log", xlabel="coefficients of an image", ylim=(0, 105))
    axes.set_ylabel(r"energy (% of $\Vert x\Vert^2$)")
    mark_round_numbers(axes.xaxis)


def looks_of_orders(store: xr.Dataset) -> dict:
    orders = store["order"].values.tolist()
    styles = looks([str(order) for order in orders])
    return {order: styles[str(order)] for order in orders}


def write_scales(axes, across, up, one: xr.Dataset) -> None:
    """The scale J beside each point."""
    for x, y, J in zip(across.values, up.values, one["J"].values, strict=True):
        axes.annotate(str(J), (x, y), (3, 4), textcoords="offset points", fontsize=7)
