"""AlexNet's response normalisation."""

import torch


class ResponseNormalisation(torch.nn.Module):
    """x(λ) / (k + α Σ x(λ')²)^β, the sum over the n channels λ' nearest to λ, at the same pixel.

    Krizhevsky, Sutskever & Hinton 2012, §3.3, with k = 2, n = 5, α = 1e-4, β = 0.75. (Torch's
    ``LocalResponseNorm`` divides α by n.)
    """

    def __init__(self, k: float = 2.0, n: int = 5, alpha: float = 1e-4, beta: float = 0.75):
        super().__init__()
        self.k, self.n, self.alpha, self.beta = k, n, alpha, beta

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) to the same shape."""
        return torch.nn.functional.local_response_norm(
            maps, self.n, self.alpha * self.n, self.beta, self.k
        )

    def extra_repr(self):
        return f"k={self.k}, n={self.n}, alpha={self.alpha}, beta={self.beta}"
