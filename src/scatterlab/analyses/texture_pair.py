"""Two textures that separable scattering takes for one, and joint scattering tells apart.

Separable scattering sees each orientation alone: where waves of two orientations have their
envelopes relative to one another changes none of its averages. Joint scattering filters positions
and orientations together (Sifre & Mallat, CVPR 2013, §3).
"""

import numpy as np
import torch
import xarray as xr

from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.errors import InputError


def texture_pair(
    size: int, spacing: int, width: float, cycles: int, J: int, L: int, K: int
) -> xr.Dataset:
    """The two textures, and their scattering coefficients averaged over all positions.

    `size`, `spacing`, `width` and `cycles` are those of `crossing_waves`; both scatterings have
    2^`J` pixels, `L` angles, bank ``unitary``, and take the textures as periodic; the joint one
    has `K` wavelets along the angle, and is averaged over it. Gives ``images`` (texture, y, x),
    ``separable`` (texture, separable_path) and ``joint`` (texture, joint_path), float64, the
    latter times the root of its `measure`, and the attribute ``distance``: ‖Sx − Sy‖/‖Sx‖ of
    each. Raises `InputError` for settings that cannot be.
    """
    images = torch.from_numpy(crossing_waves(size, spacing, width, cycles))
    separable = Scattering2D(J, (size, size), L, bank="unitary", padding="periodic")
    joint = RotoTranslationScattering2D(J, (size, size), L, K, padding="periodic")
    weight = torch.from_numpy(joint.measure).sqrt()
    with torch.inference_mode():
        coefficients = {
            "separable": separable(images).mean(dim=(-2, -1)),
            "joint": joint(images).mean(dim=(-2, -1)) * weight,
        }
    distance = {name: relative(*S) for name, S in coefficients.items()}
    return xr.Dataset(
        {
            "images": (("texture", "y", "x"), images.numpy()),
            **{name: (("texture", f"{name}_path"), S.numpy()) for name, S in coefficients.items()},
        },
        attrs={"distance": distance},
    )


def crossing_waves(size: int, spacing: int, width: float, cycles: int) -> np.ndarray:
    """Patches of waves along x and along y, at the same places and at alternate ones.

    (2, size, size) float64, periodic. The patches are Gaussians of deviation `width` pixels, one
    every `spacing` pixels along x and y; the waves make `cycles` cycles over the image. In the
    second texture all waves along y are moved by half of `spacing` in both directions.
    """
    if spacing % 2 or size % spacing:
        raise InputError(f"spacing={spacing}: give an even number that divides size={size}")
    if not 0 < 2 * cycles < size:
        raise InputError(f"cycles={cycles}: give at least 1, and fewer than half of size={size}")
    u = np.arange(size)
    to_centre = (u + spacing // 2) % spacing - spacing // 2
    bump = np.exp(-(to_centre**2) / (2 * width**2))
    patches, wave = np.outer(bump, bump), np.cos(2 * np.pi * cycles * u / size)
    along_x, along_y = patches * wave[None, :], patches * wave[:, None]
    half = spacing // 2
    return np.stack([along_x + along_y, along_x + np.roll(along_y, (half, half), (0, 1))])


def relative(first: torch.Tensor, second: torch.Tensor) -> float:
    """‖first − second‖ / ‖first‖."""
    return float((first - second).norm() / first.norm())
