"""The norm of a linear operator that can only be applied."""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from scatterlab.errors import ScatterlabError

DENSE = 48
"""Inputs up to which an operator is written out as a matrix."""
LARGE = 100_000
"""Inputs up to which double precision and a second start take seconds."""


def precision(shape: Sequence[int]) -> torch.dtype:
    """In which an operator on tensors of `shape` is best applied."""
    return torch.float64 if prod(shape) <= LARGE else torch.float32


def norm_of(
    operator: Callable[[torch.Tensor], torch.Tensor],
    shape: tuple[int, ...],
    seed: int = 0,
) -> float:
    """‖A‖ of a linear or affine map of tensors (sample, *shape), which torch differentiates.

    The largest eigenvalue of AᵀA by Lanczos' method, which is power iteration with memory: its
    value is never too large but for rounding. Where it is not caught in a smaller one, which the
    better of two random starts makes unlikely, its error is at most 5e-7 of it; with more than
    `LARGE` inputs, one start and 5e-5. AᵀAx is the gradient of ‖Ax‖²/2. The tensors are of the
    dtype that `precision` says.
    """
    size, dtype = prod(shape), precision(shape)
    with torch.no_grad():
        constant = operator(torch.zeros(1, *shape, dtype=dtype))
    if size <= DENSE:
        with torch.no_grad():
            basis = torch.eye(size, dtype=dtype).view(size, *shape)
            matrix = (operator(basis) - constant).flatten(1)
        return float(torch.linalg.matrix_norm(matrix, ord=2))

    def gram(vector):
        x = torch.from_numpy(vector).to(dtype).view(1, *shape).requires_grad_()
        energy = (operator(x) - constant).square().sum() / 2
        (gradient,) = torch.autograd.grad(energy, x)
        return gradient.flatten().double().numpy()

    starts, tolerance = (2, 1e-6) if size <= LARGE else (1, 1e-4)
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
