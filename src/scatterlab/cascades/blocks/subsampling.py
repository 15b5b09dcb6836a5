"""The average pooling of LeNet-5."""

import torch


class Subsampling(torch.nn.Module):
    """a(λ) · Σ x(·, λ) + b(λ), the sum over each square of 2×2 pixels (LeCun et al. 1998, §II.B).

    Squares do not overlap; a last odd row or column is left out. The coefficient a(λ) starts at
    1/4, an average, and the bias b(λ) at zero; both are learned, one of each a channel.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.coefficient = torch.nn.Parameter(torch.full((channels,), 0.25))
        self.bias = torch.nn.Parameter(torch.zeros(channels))

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) → (sample, channel, y // 2, x // 2)."""
        sums = torch.nn.functional.avg_pool2d(maps, 2, divisor_override=1)
        return sums * self.coefficient[:, None, None] + self.bias[:, None, None]
