"""How well maps of layers stand for transformations of the image."""

import os
from collections.abc import Mapping

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.style import drawing

TITLE = "Equivariance"
TEXT = (
    "Is what a transformation of the image does to a layer a map of the layer? Lenc & Vedaldi 2015 "
    "move the positions of its maps as the image is moved, and fit an affine map of its channels. "
    "A layer may also move with the image without any change of its channels, or not at all: "
    "then it is invariant."
)
CAPTION = (
    "Error ‖φ(gx) − Mφ(x)‖ / ‖φ(gx) − m‖ on test images, by layer (first to last) and "
    "transformation g; m is the mean, so that 1 is the error of a constant. Left: M moves the "
    "positions and maps the channels as fitted on training images. Middle: it moves the positions "
    "alone. Right: no map, so that a small error is invariance. Errors above 1 are as dark "
    "as 1. Where positions are frequencies, as of a Fourier modulus, the right alone has a meaning."
)

HEADS = {
    "learned": "positions and channels",
    "moved": "positions alone",
    "same": "no map (invariance)",
}


def plot_equivariance(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """A row of panels for each representation: errors by transformation and layer, for each map.

    `stores` maps representations to what `analyses.equivariance` gives.
    """
    rows = [len(store.attrs["transformations"]) for store in stores.values()]
    with drawing(target, 9.4, 0.6 + sum(0.75 + 0.22 * count for count in rows)) as figure:
        panels = figure.subplots(
            len(stores), len(HEADS), squeeze=False, height_ratios=[count + 3 for count in rows]
        )
        for row, (name, store) in zip(panels, stores.items(), strict=True):
            for axes, kind in zip(row, HEADS, strict=True):
                picture = draw_errors(axes, store, kind)
            for axes in row[1:]:
                axes.set_yticklabels([])
            row[0].set_ylabel(name, fontweight="bold")
        for axes, head in zip(panels[0], HEADS.values(), strict=True):
            axes.set_title(head)
        figure.colorbar(picture, ax=panels, shrink=min(1, 3 / sum(rows) + 0.3), label="error")


def draw_errors(axes, store: xr.Dataset, kind: str):
    """The errors of one map as a picture, with numbers where there is room."""
    errors = store["error"].values[store.attrs["maps"].index(kind)]
    layers, moves = store.attrs["layers"], store.attrs["transformations"]
    picture = axes.imshow(errors, vmin=0, vmax=1, cmap="viridis_r", aspect="auto")
    slanted = sum(map(len, layers)) > 24
    axes.set_xticks(
        range(len(layers)),
        layers,
        rotation=60 if slanted else 0,
        ha="right" if slanted else "center",
        rotation_mode="anchor",
        fontsize=7,
    )
    axes.set_yticks(range(len(moves)), moves, fontsize=7)
    axes.grid(visible=False)
    if len(layers) <= 8:
        for (y, x), error in np.ndenumerate(errors):
            dark = error > 0.5
            axes.text(
                x, y, written(error), color="w" if dark else "k", size=6, ha="center", va="center"
            )
    return picture


def written(error: float) -> str:
    """Two digits after the point, as far as they tell something."""
    if not np.isfinite(error):
        return "constant"
    return "0" if error < 5e-4 else f"{error:.2f}" if error >= 0.01 else "<0.01"


def finding(stores: Mapping[str, xr.Dataset], published=None) -> Finding:
    """Which layers are equivariant and which invariant, and a table of each representation."""
    sentences = [sentence(name, store) for name, store in stores.items()]
    tables = [table(name, store) for name, store in stores.items()]
    return Finding(" ".join(sentences), tables)


def sentence(name: str, store: xr.Dataset) -> str:
    """What the first and the last layer do, averaged over transformations."""
    layers, maps = store.attrs["layers"], store.attrs["maps"]
    with np.errstate(invalid="ignore"):
        means = store["error"].mean("transformation").values
    learned, same = means[maps.index("learned")], means[maps.index("same")]
    first, last = f"{learned[0]:.2f}", f"{learned[-1]:.2f}"
    if len(layers) == 1:
        return (
            f"{name}: a map of the layer leaves a mean error of {first} over the transformations, "
            f"no map one of {same[0]:.2f}."
        )
    return (
        f"{name}: from {layers[0]} to {layers[-1]} the mean error of the fitted maps goes from "
        f"{first} to {last}, that without a map from {same[0]:.2f} to {same[-1]:.2f}."
    )


def table(name: str, store: xr.Dataset) -> Table:
    """Errors of the fitted map, of moved positions and without a map, by layer."""
    errors = store["error"].values
    rows = [
        [
            layer,
            *(" | ".join(map(written, errors[:, move, place])) for move in range(errors.shape[1])),
        ]
        for place, layer in enumerate(store.attrs["layers"])
    ]
    return Table(
        f"{name}: error of the fitted map | of moved positions alone | without a map",
        ["layer", *store.attrs["transformations"]],
        rows,
        f"Fitted to {store.attrs['train']} training images, measured on {store.attrs['test']} test "
        "images; the ridge is chosen by a quarter of the training images.",
        folded=True,
    )
