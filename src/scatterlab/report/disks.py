"""Scattering coefficients as disks of frequencies (Bruna & Mallat 2013, Fig. 3)."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.errors import ConfigError, StoreError
from scatterlab.report.montage import show_image
from scatterlab.report.style import FAINT, drawing
from scatterlab.stores.reader import concatenate, open_store
from scatterlab.wavelets.bank import filter_bank

SIDE = 360
"""Pixels across a disk."""
HOLE = 0.12
"""Radius left free in the middle, for the frequencies of the low-pass filter."""
SHOWN = 4
"""Images, each of another class."""


def plot_coefficients(
    examples: xr.Dataset, images: xr.Dataset, spec: Mapping, target: str | os.PathLike
) -> None:
    """A row for each example: the image, then one disk for each order, 1 and 2.

    `examples` are features of a scattering, in memory; `images` the store that they were
    computed from; `spec` is the scattering in the configuration (``J``, ``L``, ``Q``, ``bank``).
    Coefficients are averaged over positions, those of the first colour are drawn, and each disk
    is scaled to its largest one, which is written under it. Raises `ConfigError` for features
    that have no angles.
    """
    if "theta1" not in examples.coords:
        raise ConfigError(
            "coefficients are drawn of a scattering of order 1 or more only: ask for the figure "
            "coefficients-<representation> of one of those"
        )
    examples, J, Q = first_colour(examples), spec["J"], spec["Q"]
    angles = filter_bank(spec["bank"], (2**J, 2**J), J, spec["L"]).angles
    orders = [order for order in (1, 2) if (examples["order"] == order).any()]
    grids = {order: disk_of_channels(examples, order, J, angles, Q) for order in orders}
    count = examples.sizes["sample"]
    with drawing(target, 2.2 * (1 + len(orders)), 2.35 * count) as figure:
        panels = figure.subplots(count, 1 + len(orders), squeeze=False)
        for row, place in zip(panels, range(count), strict=True):
            example = examples.isel(sample=place)
            show_image(row[0], images["images"].sel(sample=int(example["sample"])).values)
            values = example["features"].mean(("y", "x")).values
            for axes, order in zip(row[1:], orders, strict=True):
                channels = grids[order]
                picture = np.ma.masked_array(values[channels], channels < 0)
                draw_disk(axes, picture, ring_radii(J, order, Q), angles)
        for axes, title in zip(panels[0], ["image", "order 1", "order 2"], strict=False):
            axes.set_title(title, loc="center")


def load_examples(stores: Sequence[str | os.PathLike]) -> xr.Dataset:
    """The first test sample of each of the first `SHOWN` classes, from the shards of features."""
    found: dict[int, xr.Dataset] = {}
    for shard in map(open_store, stores):
        tested = np.flatnonzero(shard["split"].values == shard.attrs["split_names"].index("test"))
        labels, firsts = np.unique(shard["label"].values[tested], return_index=True)
        for label, first in zip(labels.tolist(), firsts, strict=True):
            found.setdefault(label, shard.isel(sample=[tested[first]]))
    chosen = [found[label].load() for label in sorted(found)[:SHOWN]]
    if not chosen:
        raise StoreError(f"{stores[0]}: no test samples in its shards, so no example to draw")
    return concatenate(chosen)


def first_colour(features: xr.Dataset) -> xr.Dataset:
    if "colour" not in features.coords:
        return features
    return features.isel(channel=np.flatnonzero(features["colour"].values == 0))


def disk_of_channels(
    features: xr.Dataset, order: int, J: int, angles: np.ndarray, Q: int = 1
) -> np.ndarray:
    """The channel that each pixel of a disk of `order` shows, (SIDE, SIDE); −1 for none.

    The angle is the wavelet's, once in each half of the disk, as |x⋆ψ_θ| = |x⋆ψ_{θ+π}| for real
    x. From the rim inwards, one ring for each scale j1 = 0, 1/Q, …, J − 1/Q: radius falls with log
    frequency. At order 2 each cell (j1, θ1) is cut into rings j2 > j1 and sectors θ2.
    """
    L = len(angles)
    ring, depth_in_ring, sector, angle_in_sector = polar_coordinates(J * Q, angles)
    inside = (ring >= 0) & (ring < J * Q)
    next_scale = ring // Q + 1
    rings_within = np.maximum(J - next_scale, 1)
    cell = {
        "j1": ring,
        "theta1": sector,
        "j2": next_scale + np.floor(depth_in_ring * rings_within).astype(int),
        "theta2": np.floor(angle_in_sector * L).astype(int),
    }
    names = list(cell)[: 2 * order]
    channels = np.full((J * Q, L, J + 1, L)[: 2 * order], -1)
    rows = np.flatnonzero(features["order"].values == order)
    steps = {name: features[name].values[rows] for name in names}
    steps["j1"] = np.rint(Q * steps["j1"]).astype(int)
    channels[tuple(steps.values())] = rows
    shown = channels[tuple(np.where(inside, cell[name], 0) for name in names)]
    return np.where(inside, shown, -1)


def ring_radii(J: int, order: int, Q: int = 1) -> np.ndarray:
    """The edges of the rings j1 that have paths of `order`, from the rim inwards."""
    return 1 - (1 - HOLE) * np.arange((J - order + 1) * Q + 1) / (J * Q)


def polar_coordinates(rings: int, angles: np.ndarray):
    """For each pixel: ring (0 at the rim; −1 or `rings` outside), depth in it, sector, angle.

    Depth, from the outer edge of the ring, and angle are fractions in [0, 1). Angles run from
    the x axis towards the y axis, down the image, as those of a filter bank do.
    """
    axis = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    x, y = np.meshgrid(axis, axis)
    depth = (1 - np.hypot(x, y)) / (1 - HOLE) * rings
    ring = np.clip(np.floor(depth), -1, rings).astype(int)
    width = np.pi / len(angles)
    # sectors are centred on the angles; sorted angles are evenly spaced
    turned = np.mod(np.arctan2(y, x) - angles.min() + width / 2, np.pi) / width
    place = np.minimum(turned.astype(int), len(angles) - 1)
    sector = np.argsort(angles)[place]
    return ring, np.mod(depth, 1), sector, np.clip(turned - place, 0, 1 - 1e-9)


def draw_disk(axes, picture: np.ma.MaskedArray, radii: np.ndarray, angles: np.ndarray) -> None:
    """The picture, with the edges of the first wavelet's cells: `radii` from the rim inwards."""
    largest = float(picture.max())
    axes.imshow(picture, cmap="magma_r", vmin=0, vmax=max(largest, 1e-12), extent=(-1, 1, 1, -1))
    axes.axis("off")
    turn = np.linspace(0, 2 * np.pi, 181)
    for radius in radii:
        axes.plot(radius * np.cos(turn), radius * np.sin(turn), color=FAINT, linewidth=0.5)
    for angle in np.concatenate([angles, angles + np.pi]) + np.pi / len(angles) / 2:
        ends = radii[[0, -1]]
        axes.plot(ends * np.cos(angle), ends * np.sin(angle), color=FAINT, linewidth=0.4)
    axes.text(0, 1.12, f"largest {largest:.2g}", ha="center", va="center", fontsize=7)
    axes.set(xlim=(-1.03, 1.03), ylim=(1.2, -1.03))
