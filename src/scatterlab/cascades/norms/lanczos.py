"""The norm of a linear operator that can only be applied."""

from collections.abc import Callable
from math import prod

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from scatterlab.errors import ScatterlabError

DENSE = 48
"""Inputs up to which an operator is written out as a matrix."""


def norm_of(
    operator: Callable[[torch.Tensor], torch.Tensor],
    shape: tuple[int, ...],
    *,
    starts: int = 2,
    seed: int = 0,
    tolerance: float = 1e-6,
    like: torch.Tensor | None = None,
) -> float:
    """‖A‖ of a linear or affine map of tensors (sample, *shape), which torch differentiates.

    The largest eigenvalue of AᵀA by Lanczos' method, which is power iteration with memory: its
    value is never too large, and more accurate than `tolerance` where it is not caught in a
    smaller one; it is the best of several random `starts`. AᵀAx is the gradient of ‖Ax‖²/2.
    `like` has the dtype and the device (float64 on the processor).
    """
    like = torch.empty(0, dtype=torch.float64) if like is None else like
    size = prod(shape)
    with torch.no_grad():
        constant = operator(like.new_zeros(1, *shape))
    if size <= DENSE:
        with torch.no_grad():
            basis = torch.eye(size, dtype=like.dtype, device=like.device).view(size, *shape)
            matrix = (operator(basis) - constant).flatten(1)
        return float(torch.linalg.matrix_norm(matrix, ord=2))

    def gram(vector):
        x = torch.from_numpy(vector).to(like).view(1, *shape).requires_grad_()
        energy = (operator(x) - constant).square().sum() / 2
        (gradient,) = torch.autograd.grad(energy, x)
        return gradient.flatten().double().cpu().numpy()

    values = (largest_eigenvalue(gram, size, seed + start, tolerance) for start in range(starts))
    return max(values) ** 0.5


def largest_eigenvalue(gram: Callable, size: int, seed: int, tolerance: float) -> float:
    """Of the symmetric, non-negative map `gram` of vectors of `size` numbers."""
    start = np.random.default_rng(seed).standard_normal(size)
    if not gram(start).any():
        return 0.0
    applied = LinearOperator((size, size), matvec=gram, dtype=np.float64)
    try:
        (value,) = eigsh(applied, 1, v0=start, tol=tolerance, return_eigenvectors=False)
    except ArpackNoConvergence as error:
        raise ScatterlabError(f"the norm of an operator did not converge: {error}") from None
    return max(float(value), 0.0)
