"""The pair of textures, and their coefficients against one another."""

import os

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding
from scatterlab.report.style import COLOURS, FAINT, drawing

TITLE = "Two textures"
TEXT = (
    "Does a representation see whether orientations meet, or only how much there is of each? "
    "Sifre & Mallat 2013 scatter over positions and orientations jointly, to see it."
)
CAPTION = (
    "Two textures of the same waves, along x and along y: at the same places in x, in alternate "
    "places in y. Right: their scattering coefficients, averaged over the whole texture, against "
    "one another. Separable scattering sees each orientation alone, and cannot tell whether two of "
    "them meet; joint scattering, over positions and orientations, can."
)

TITLES = {"separable": "separable scattering", "joint": "joint scattering"}


def plot_texture_pair(store: xr.Dataset, target: str | os.PathLike) -> None:
    """Both textures, then for each scattering a point a coefficient: of one against the other.

    `store` is what `analyses.texture_pair` gives. Coefficients that are equal lie on the diagonal.
    """
    with drawing(target, 10.4, 3.0) as figure:
        panels = figure.subplots(1, 4)
        largest = float(np.abs(store["images"]).max())
        titles = ("x: waves cross", "y: waves apart")
        for axes, image, title in zip(panels, store["images"].values, titles, strict=False):
            axes.imshow(image, cmap="gray", vmin=-largest, vmax=largest, interpolation="nearest")
            axes.axis("off")
            axes.set_title(title)
        for axes, (name, title), colour in zip(
            panels[2:], TITLES.items(), COLOURS[:2], strict=True
        ):
            draw_coefficients(axes, *store[name].values, colour)
            distance = 100 * store.attrs["distance"][name]
            axes.set_title(f"{title}\n‖Sx − Sy‖ = {distance:.2g} % of ‖Sx‖", fontsize=9)


def draw_coefficients(axes, first: np.ndarray, second: np.ndarray, colour: str) -> None:
    """A point for each coefficient, on logarithmic axes over four decades."""
    most = 2 * max(first.max(), second.max())
    span = (most * 1e-4, most)
    axes.plot(span, span, color=FAINT, linewidth=0.8)
    shown = np.maximum(first, second) > span[0]
    clipped = (np.maximum(values[shown], span[0]) for values in (first, second))
    axes.plot(*clipped, ".", color=colour, markersize=3, alpha=0.6)
    axes.set(xscale="log", yscale="log", xlim=span, ylim=span, xlabel="of x", ylabel="of y")
    axes.set_aspect("equal")


def finding(store: xr.Dataset) -> Finding:
    """How far the textures are from one another, for either scattering."""
    separable, joint = (100 * store.attrs["distance"][name] for name in TITLES)
    return Finding(
        f"The two textures differ by {separable:.2g} % of ‖Sx‖ in their separable coefficients, "
        f"and by {joint:.2g} % in their joint ones."
    )
