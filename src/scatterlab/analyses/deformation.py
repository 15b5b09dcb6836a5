"""Stability to deformations: the error against the three terms of the theorem.

‖Φ(φ_τ x) − Φ(x)‖ ≤ C ‖Φ(x)‖ (2^−J|τ|_∞ + ‖∇τ‖_∞ + ‖Hτ‖_∞), Mallat 2012, Theorem 2.12. The
smallest C that holds for all fields and images measured is reported of every layer; for a stable
representation it stays bounded as the fields change.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import xarray as xr
from scipy.optimize import nnls

from scatterlab.analyses.distance import relative_changes
from scatterlab.analyses.fields import Field, constant, deform, dilation, rotation, smooth
from scatterlab.cascades.cascade import Cascade
from scatterlab.errors import ConfigError

FAMILIES = ("translation", "rotation", "dilation", "smooth")
TERMS = ("displacement", "gradient", "hessian")
BATCH = 16


def deformation_error(
    cascade: Cascade,
    layers: Sequence[str],
    images: torch.Tensor,
    J: int,
    *,
    shifts: Sequence[float] = (),
    rotations: Sequence[float] = (),
    dilations: Sequence[float] = (),
    amplitudes: Sequence[float] = (),
    widths: Sequence[float] = (),
    seed: int = 0,
) -> xr.Dataset:
    """``error`` (deformation, layer, sample), relative to ‖Φ(x)‖, with each field's three norms.

    `images` (sample, channel, y, x) are moved by translations of `shifts` pixels, rotations in
    degrees, dilations ε, and random smooth fields of |τ|_∞ = `amplitudes` pixels and correlation
    lengths `widths`. Coordinates along ``deformation``: ``family`` (index into the attribute
    ``family_names``), ``parameter``, ``width`` (pixels), ``displacement`` |τ|_∞, ``gradient``
    ‖∇τ‖_∞, ``hessian`` ‖Hτ‖_∞, ``bound`` their sum with weight 2^−J on the first. Fields that would
    fold the image (‖∇τ‖_∞ ≥ 1) are left out, as in the theorem; the attribute ``folding`` counts
    them.

    ``constant`` (layer) is C, the largest error / bound; ``of_family`` (family, layer) the largest
    within a family, NaN without one. ``of_term`` (term, layer) are three weights ≥ 0, one for each
    term of the bound, by which it fits the mean error over images best (non-negative least squares
    of relative errors), and ``unexplained`` (layer) the root mean square of what they leave,
    relative to the error.
    """
    rows = list(
        all_fields(images.shape[-2:], shifts, rotations, dilations, amplitudes, widths, seed)
    )
    kept = [row for row in rows if row[-1].steepness < 1]
    if not kept:
        raise ConfigError(
            f"all {len(rows)} deformations fold the image (‖∇τ‖_∞ ≥ 1), or there are none; give "
            "`analyses.deformation` smaller ones"
        )
    family, parameter, width, field = zip(*kept, strict=True)
    error = errors(cascade, layers, images, field)
    norms = {
        "displacement": np.array([one.displacement for one in field]),
        "gradient": np.array([one.steepness for one in field]),
        "hessian": np.array([one.curvature for one in field]),
    }
    terms = np.stack([norms["displacement"] / 2**J, norms["gradient"], norms["hessian"]], axis=1)
    bound, family = terms.sum(axis=1), np.array([FAMILIES.index(name) for name in family])
    ratios = (error / bound[:, None, None]).max(axis=2)
    weights, unexplained = fitted_terms(terms, error.mean(axis=2))
    columns = {"family": family, "parameter": list(parameter), "width": list(width)}
    columns |= {**norms, "bound": bound}
    return xr.Dataset(
        {
            "error": (("deformation", "layer", "sample"), error),
            "constant": ("layer", ratios.max(axis=0)),
            "of_family": (("family_name", "layer"), largest_of_each(ratios, family)),
            "of_term": (("term", "layer"), weights),
            "unexplained": ("layer", unexplained),
        },
        coords={name: ("deformation", column) for name, column in columns.items()},
        attrs={
            "family_names": list(FAMILIES),
            "terms": list(TERMS),
            "layers": list(layers),
            "J": J,
            "folding": len(rows) - len(kept),
        },
    )


def all_fields(
    shape, shifts, rotations, dilations, amplitudes, widths, seed
) -> Iterator[tuple[str, float, float, Field]]:
    """(family, parameter, width, field) for every deformation."""
    rng = np.random.default_rng(seed)
    for family, make, values in (
        ("translation", constant, shifts),
        ("rotation", rotation, rotations),
        ("dilation", dilation, dilations),
    ):
        for value in values:
            yield family, value, 0.0, make(value, shape)
    for width in widths:
        for amplitude in amplitudes:
            yield "smooth", amplitude, width, smooth(amplitude, width, shape, rng)


def errors(cascade, layers, images, fields: Sequence[Field]) -> np.ndarray:
    """The relative change of every layer under every field, (field, layer, sample), float64."""
    parts = [
        relative_changes(cascade, layers, batch, [deform(batch, field) for field in fields])
        for batch in images.split(BATCH)
    ]
    return torch.cat(parts, dim=2).double().numpy()


def largest_of_each(ratios: np.ndarray, family: np.ndarray) -> np.ndarray:
    """The largest ratio (deformation, layer) of each family, NaN where there is none."""
    nothing = np.full(ratios.shape[1], np.nan)
    members = (ratios[family == number] for number in range(len(FAMILIES)))
    return np.stack([rows.max(axis=0) if len(rows) else nothing for rows in members])


def fitted_terms(terms: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (term, layer) by which `terms` (deformation, term) give `error`, and what is left."""
    weights, left = [], []
    for column in error.T:
        moved = column > 0
        relative = terms[moved] / column[moved, None]
        if moved.any():
            found, residual = nnls(relative, np.ones(len(relative)))
        else:
            found, residual = np.zeros(len(TERMS)), 0.0
        weights.append(found)
        left.append(residual / np.sqrt(max(1, moved.sum())))
    return np.stack(weights, axis=1), np.array(left)
