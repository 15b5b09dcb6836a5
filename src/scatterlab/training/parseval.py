"""Parseval networks: operators that are nearly tight frames.

Cisse, Bojanowski, Grave, Dauphin & Usunier, "Parseval networks", ICML 2017, §4.
"""

import torch


def towards_orthonormal(matrix: torch.Tensor, beta: float) -> torch.Tensor:
    """W ← (1 + β) W − β W Wᵀ W: singular values σ ← σ (1 + β − β σ²), which has 1 as its limit.

    A step of length β down the gradient of ‖Wᵀ W − I‖²/4. It converges for σ² < 1 + 2/β; a matrix
    that may be farther off is first made smaller.
    """
    wide = matrix.shape[0] <= matrix.shape[1]
    gram = matrix @ matrix.T if wide else matrix.T @ matrix
    largest = gram.abs().sum(dim=1).max()  # at least σ²
    if largest > 1 + 1 / beta:
        matrix, gram = matrix / largest.sqrt(), gram / largest
    return (1 + beta) * matrix - beta * (gram @ matrix if wide else matrix @ gram)


def orthonormal(matrix: torch.Tensor) -> torch.Tensor:
    """U Vᵀ of W = U Σ Vᵀ: rows, or columns where there are more rows, that are orthonormal."""
    U, _, V = torch.linalg.svd(matrix, full_matrices=False)
    return U @ V
