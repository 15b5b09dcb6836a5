"""Stability to deformations: the error against the three terms of the theorem.

‖Φ(φ_τ x) − Φ(x)‖ ≤ C ‖Φ(x)‖ (2^−J|τ|_∞ + ‖∇τ‖_∞ + ‖Hτ‖_∞), Mallat 2012, Theorem 2.12. The
smallest C that holds for all fields and images measured is reported; for a stable representation
it stays bounded as the fields change.
"""

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.distance import relative_change
from scatterlab.analyses.fields import Field, deform, dilation, smooth
from scatterlab.cascades.cascade import Cascade

FAMILIES = ("dilation", "smooth")


def deformation_error(
    cascade: Cascade,
    layer: str | None,
    images: torch.Tensor,
    J: int,
    *,
    dilations: list[float],
    amplitudes: list[float],
    widths: list[float],
    seed: int = 0,
) -> xr.Dataset:
    """``error`` (deformation, sample), relative to ‖Φ(x)‖, with each field's three norms.

    Coordinates along ``deformation``: ``family`` (index into the attribute ``family_names``),
    ``parameter`` (ε, or the amplitude in pixels), ``width`` (pixels), ``displacement`` |τ|_∞,
    ``gradient`` ‖∇τ‖_∞, ``hessian`` ‖Hτ‖_∞, ``bound`` their sum with weight 2^−J on the first.
    The attribute ``constant`` is the fitted C, max error/bound. Fields that would fold the image
    (‖∇τ‖_∞ ≥ 1) are left out, as in the theorem.
    """
    shape = images.shape[-2:]
    rows = list(fields(shape, dilations, amplitudes, widths, seed))
    errors = [relative_change(cascade, layer, images, deform(images, row[-1])) for row in rows]
    family, parameter, width, field = zip(*rows, strict=True)
    displacement, gradient, hessian = (
        np.array([getattr(one, name) for one in field])
        for name in ("displacement", "steepness", "curvature")
    )
    error = torch.stack(errors).double().numpy()
    bound = displacement / 2**J + gradient + hessian
    columns = {
        "family": [FAMILIES.index(name) for name in family],
        "parameter": list(parameter),
        "width": list(width),
        "displacement": displacement,
        "gradient": gradient,
        "hessian": hessian,
        "bound": bound,
    }
    return xr.Dataset(
        {"error": (("deformation", "sample"), error)},
        coords={name: ("deformation", column) for name, column in columns.items()},
        attrs={
            "family_names": list(FAMILIES),
            "J": J,
            "constant": float((error / bound[:, None]).max()),
        },
    )


def fields(shape, dilations, amplitudes, widths, seed):
    """(family, parameter, width, field) for every deformation that does not fold the image."""
    rng = np.random.default_rng(seed)
    found: list[tuple[str, float, float, Field]] = [
        ("dilation", epsilon, 0.0, dilation(epsilon, shape)) for epsilon in dilations
    ]
    found += [
        ("smooth", amplitude, width, smooth(amplitude, width, shape, rng))
        for width in widths
        for amplitude in amplitudes
    ]
    return (row for row in found if row[-1].steepness < 1)
