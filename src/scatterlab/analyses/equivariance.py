"""Equivariance: which maps of a layer stand for a transformation of the image.

Lenc & Vedaldi, Understanding Image Representations by Measuring Their Equivariance and
Equivalence, CVPR 2015. For a transformation g of the plane a map M_g is sought with
φ(g x) ≈ M_g φ(x): g moves the positions of the maps, then an affine map of the channels, the same
at all positions, is fitted by least squares.
"""

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr
from tqdm import tqdm

from scatterlab.analyses.plane_maps import PlaneMap, flip, rotation, scaling, translation
from scatterlab.analyses.ridge import fitted_map
from scatterlab.analyses.spans import spans
from scatterlab.cascades.cascade import Cascade

MAPS = ("learned", "moved", "same")
"""M_g with fitted channels, g on positions alone, and no map at all: invariance."""

POSITIONS = 64
"""Of each image, at most."""
BATCH = 50


def plane_maps(
    flips: Sequence[str],
    rotations: Sequence[float],
    scales: Sequence[float],
    shifts: Sequence[float],
    side: int,
) -> list[PlaneMap]:
    """The transformations of a configuration, of images of a larger side of `side` pixels."""
    return [
        *map(flip, flips),
        *map(rotation, rotations),
        *map(scaling, scales),
        *(translation(shift, side) for shift in shifts),
    ]


def equivariance(
    cascade: Cascade,
    layers: Sequence[str],
    train: torch.Tensor,
    test: torch.Tensor,
    transformations: Sequence[PlaneMap],
    seed: int = 0,
) -> xr.Dataset:
    """``error`` (map, transformation, layer): ‖φ(g x) − M φ(x)‖ / ‖φ(g x) − m‖ over test images.

    M is each of `MAPS`: fitted on `train` images; the positions moved by g; the identity. m is the
    mean of φ(g x) over training images and positions, channel by channel: an error of 1 is that
    of a constant. `train` and `test` have shape (sample, channel, y, x). Norms are over images,
    channels and at most `POSITIONS` positions of each image, drawn by `seed` among those whose
    source is in the image. ``ridge`` (transformation, layer) is the chosen λ; a layer on which
    φ(g x) is constant has errors of 0/0, NaN.
    """
    both = train, test
    reach = spans(cascade, layers)
    before = [sampled_maps(cascade, layers, images) for images in both]
    shape = (len(MAPS), len(transformations), len(layers))
    errors, ridges = np.empty(shape), np.empty(shape[1:])
    for row, g in enumerate(tqdm(transformations, desc="transformations", mininterval=2)):
        after = [sampled_maps(cascade, layers, g(images)) for images in both]
        for column, layer in enumerate(layers):
            rows = [
                sampled_rows(g.over(reach[column]), old[layer], new[layer], seed)
                for old, new in zip(before, after, strict=True)
            ]
            errors[:, row, column], ridges[row, column] = fitted_errors(*rows)
    return xr.Dataset(
        {
            "error": (("map", "transformation", "layer"), errors),
            "ridge": (("transformation", "layer"), ridges),
        },
        attrs={
            "maps": list(MAPS),
            "transformations": [g.name for g in transformations],
            "kinds": [g.kind for g in transformations],
            "layers": list(layers),
            "train": len(train),
            "test": len(test),
        },
    )


def sampled_maps(cascade: Cascade, layers, images: torch.Tensor) -> dict[str, torch.Tensor]:
    """The maps of `layers` of all images, (sample, channel, y, x) each."""
    with torch.inference_mode():
        found = [cascade.maps_of(batch, layers) for batch in images.split(BATCH)]
    return {layer: torch.cat([maps[layer] for maps in found]) for layer in layers}


def sampled_rows(g: PlaneMap, before: torch.Tensor, after: torch.Tensor, seed: int):
    """Rows of channels: φ(x) moved by g, φ(x) as it is and φ(g x), and the image of each row."""
    places = np.flatnonzero(g.seen(tuple(before.shape[-2:])))
    if len(places) > POSITIONS:
        chosen = np.random.default_rng(seed).choice(places, POSITIONS, replace=False)
        places = np.sort(chosen)
    moved = torch.cat([g(batch).flatten(2)[:, :, places] for batch in before.split(BATCH)])
    rows = (
        maps.movedim(1, 2).flatten(0, 1).numpy()
        for maps in (moved, before.flatten(2)[:, :, places], after.flatten(2)[:, :, places])
    )
    return (*rows, np.repeat(np.arange(len(before)), len(places)))


def fitted_errors(train, test) -> tuple[list[float], float]:
    """The relative error of each of `MAPS` on the rows `test`, and the chosen λ."""
    moved, _, wanted, group = train
    learned, ridge = fitted_map(moved, wanted, group)
    mean = wanted.mean(axis=0, dtype=np.float64)
    moved, same, wanted, _ = test
    whole = norm(wanted - mean)
    errors = [norm(wanted - guess) for guess in (learned(moved), moved, same)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return [float(np.divide(error, whole)) for error in errors], ridge


def norm(rows: np.ndarray) -> float:
    return float(np.sqrt(np.square(rows, dtype=np.float64).sum()))
