"""The highway gate (Srivastava, Greff & Schmidhuber 2015)."""

import torch


class HighwayGate(torch.nn.Module):
    """y = H·T + x·(1 − T), where T = σ(gate ⋆ x + b) says how much of H replaces x.

    Parameters
    ----------
    inputs, outputs : channels of what T is computed from, and of H and x.
    size : height and width of the gate's kernels in pixels, odd.
    bias : first value of b; a negative one starts with x mostly carried through.
    """

    def __init__(self, inputs: int, outputs: int, size: int, bias: float = -2.0):
        super().__init__()
        self.gate = torch.nn.Conv2d(inputs, outputs, size, padding="same")
        self.first_bias = bias

    def close(self) -> None:
        """Set b to its first value."""
        torch.nn.init.constant_(self.gate.bias, self.first_bias)

    def forward(
        self, maps: torch.Tensor, transformed: torch.Tensor, carried: torch.Tensor
    ) -> torch.Tensor:
        """T of `maps` (sample, input, y, x), between `transformed` and `carried` (…, output, …)."""
        share = torch.sigmoid(self.gate(maps))
        return transformed * share + carried * (1 - share)
