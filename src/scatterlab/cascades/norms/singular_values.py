"""The largest singular value of many matrices."""

from math import log

import torch

SQUARINGS = 2
"""At most: so many cost less than to decompose what they leave out of trained kernels."""
TINY = 1e-300
ROUNDING = 1e-10
"""Of the logarithms of norms, generously."""


def largest_singular_value(matrices: torch.Tensor, least: float = 0.0) -> float:
    """max ‖A‖ over a batch (…, m, n), or `least` if none is larger. Best in double precision.

    ‖A‖² ≤ ‖G^p‖_F^{1/p} ≤ ‖A‖² rank^{1/2p} for G = A*A (Delattre et al., "Efficient bound of
    Lipschitz constant for convolutional layers by Gram iteration", ICML 2023). Squaring doubles
    p, and leaves fewer matrices that may have the largest norm; only these are decomposed.
    """
    *_, m, n = matrices.shape
    flat = matrices.reshape(-1, m, n)
    gram = flat.mH @ flat if n < m else flat @ flat.mH
    powers, power = gram, 1
    scale = torch.zeros(len(gram), dtype=gram.real.dtype, device=gram.device)
    for left in reversed(range(SQUARINGS + 1)):
        norms = torch.linalg.matrix_norm(powers).clamp_min(TINY)
        upper = (norms.log() + scale) / power  # of log ‖A‖²; the lower bound is so much less
        lower = max(float(upper.max()) - log(gram.shape[-1]) / (2 * power), 2 * log(least or TINY))
        kept = upper >= lower - ROUNDING
        gram = gram[kept]
        if len(gram) <= 1 or not left:
            break
        scale = 2 * (scale + norms.log())[kept]
        powers = powers[kept] / norms[kept, None, None]
        powers, power = powers @ powers, 2 * power
    if not len(gram):
        return least
    return max(least, float(torch.linalg.eigvalsh(gram)[:, -1].max().clamp_min(0).sqrt()))
