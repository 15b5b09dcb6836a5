"""A rectifier with a threshold of its own."""

import torch


class Threshold(torch.nn.Module):
    """ρ(x) = max(0, x − t): how far x is beyond t, zero before it; t = 0 is the ReLU."""

    def __init__(self, threshold: float):
        super().__init__()
        self.threshold = threshold

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return torch.relu(maps - self.threshold)

    def extra_repr(self):
        return f"threshold={self.threshold}"
