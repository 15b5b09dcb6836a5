"""What bounds a scattering: the Littlewood–Paley sum of its filters, and its padding."""

from math import prod

import numpy as np
import torch

from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.engines.geometry import axis_of
from scatterlab.wavelets.bank import LayeredBank
from scatterlab.wavelets.littlewood_paley import littlewood_paley

Scattering = Scattering2D | RotoTranslationScattering2D


def filters_bound(cascade: Scattering, layer: str) -> float:
    """B with ‖S x − S y‖ ≤ B ‖x − y‖ for periodic images x and y.

    Outputs count as many pixels as they stand for (`scale`), and are taken as if sampled finely
    enough. A step U ↦ (U⋆φ, |U⋆ψ_λ|) has norm √(max A), and order m has m + 1 of them one within
    the other: B² = A max(1, A)^m (Mallat 2012, Prop. 2.1); where the first step has a bank of its
    own, its A comes first. Joint scattering filters along θ too, by a bank whose sum is 1.
    """
    order = cascade.layers.index(layer)
    banks = cascade.filters
    first, later = (banks.first, banks.later) if isinstance(banks, LayeredBank) else (banks, banks)
    A, A_later = (float(littlewood_paley(bank.psi, bank.phi).max()) for bank in (first, later))
    return float(np.sqrt(A * max(1.0, A_later) ** order))


def padding_norm(cascade: Scattering) -> float:
    """‖P‖ of the padding x ↦ Px: 1 for zeros, above 1 where pixels are shown again."""
    axes = (
        axis_of(size, cascade.J, cascade.padding, cascade.bank != "kymatio", cascade.oversampling)
        for size in cascade.shape
    )
    return prod(float(np.linalg.norm(padding_matrix(axis), 2)) for axis in axes)


def padding_matrix(axis) -> np.ndarray:
    """Which share of each pixel each sample of the padded signal shows: (padded, pixel)."""
    matrix = np.zeros((axis.padded, axis.size))
    for sources in axis.sources:
        shown = np.flatnonzero(sources >= 0)
        matrix[shown, sources[shown]] += 1 / len(axis.sources)
    return matrix


def scale(cascade: Scattering, layer: str) -> torch.Tensor:
    """What each channel is multiplied by to count the pixels that it stands for, (channel,)."""
    step = 2.0 ** (cascade.J - cascade.oversampling)
    count, colours = len(cascade.table(layer)["order"]), cascade.image_shape[0]
    angles = getattr(cascade, "measure", np.ones(count))[: count // colours]
    return step * torch.from_numpy(np.sqrt(angles)).repeat(colours)
