"""Kernels and matrices whose singular values are at most one bound.

Sedghi, Gupta & Long, "The singular values of convolutional layers", ICLR 2019.
"""

from collections.abc import Callable

import torch

from scatterlab.cascades.norms.transfer import Pair, kernel_of, transfer

ROUNDS = 30
"""Projections at most at the end of a training."""
SLACK = 1e-3
"""Of the bound after these, which is then scaled away."""


def clipped(matrices: torch.Tensor, bound: float) -> torch.Tensor:
    """U min(Σ, bound) V* for matrices U Σ V* (…, m, n): the nearest whose norm is at most that.

    From the eigenvectors of the smaller of A A* and A* A: what exceeds the bound is made smaller,
    and what does not is left as it is, to the last digits. Numbers that are not finite stay too:
    the loss, which is looked at, then is not either.
    """
    wide = matrices.shape[-1] >= matrices.shape[-2]
    gram = matrices @ matrices.mH if wide else matrices.mH @ matrices
    if not torch.isfinite(gram).all():
        return matrices
    values, vectors = torch.linalg.eigh(gram)
    excess = 1 - bound / values.clamp_min(bound**2).sqrt()
    removed = (vectors * excess.unsqueeze(-2)) @ vectors.mH
    return matrices - (removed @ matrices if wide else matrices @ removed)


def projected(weight: torch.Tensor, stride: Pair, grid: Pair, bound: float) -> torch.Tensor:
    """Kernels (λ', λ, y, x) of which the periodic convolution is clipped, then cropped again.

    Cropping lets some singular values grow beyond the bound.
    """
    matrices = clipped(transfer(weight, stride, grid), bound)
    return kernel_of(matrices, stride, grid, tuple(weight.shape[2:]))


def within(
    weight: torch.Tensor,
    bound: float,
    support: torch.Tensor,
    project: Callable[[torch.Tensor], torch.Tensor],
    norm_of: Callable[[torch.Tensor], float],
) -> torch.Tensor:
    """Weights near `weight`, zero outside their `support`, of norm at most `bound`.

    To `project` on those of small norm and on those of that support, over and over, ends where
    both hold, since both are convex; what is missing after `ROUNDS` is made up for by a factor.
    """
    for _ in range(ROUNDS):
        if norm_of(weight) <= bound * (1 + SLACK):
            break
        weight = project(weight) * support
    norm = norm_of(weight)
    return weight * (bound / norm) if norm > bound else weight
