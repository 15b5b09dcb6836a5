"""The non-linearity of scattering transforms, in a network."""

import torch


class Modulus(torch.nn.Module):
    """ρ(x) = |x|: of complex maps √(Re² + Im²), of real ones the absolute value."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape, real."""
        return maps.abs()
