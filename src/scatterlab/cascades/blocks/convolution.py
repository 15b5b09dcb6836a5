"""The convolution tensor: the linear operator of one layer."""

from collections.abc import Sequence

import torch


class ConvolutionTensor(torch.nn.Module):
    """x∗Ψ(u, λ') = Σ_λ x(·, λ)⋆ψ(·, λ, λ') (u) + b(λ'), wherever the kernel lies in the image.

    Parameters
    ----------
    inputs, outputs : number of channels λ and λ'.
    size : height and width of ψ in pixels.
    table : for each λ' the channels λ that it sees; None: all of them. A channel that is not
        seen has no kernel, rather than one of zeros, so that parameters count what is learned.
    generator : source of the first weights, of variance 1/fan-in (LeCun et al., "Efficient
        BackProp", 1998, §4.6); biases start at zero.

    Attributes
    ----------
    weight : the reflected kernels ψ(−v, λ, λ'), that is with the axes and the orientation of
        `torch.nn.Conv2d`: (λ', λ, y, x), or (connection, y, x) where there is a table.
    bias : b, of shape (λ',).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int,
        table: Sequence[Sequence[int]] | None = None,
        generator: torch.Generator | None = None,
    ):
        super().__init__()
        self.shape = (outputs, inputs, size, size)
        seen = [range(inputs)] * outputs if table is None else table
        fan_in = torch.tensor([len(channels) * size**2 for channels in seen for _ in channels])
        weight = torch.randn(len(fan_in), size, size, generator=generator)
        weight /= fan_in[:, None, None].sqrt()
        self.weight = torch.nn.Parameter(weight.view(self.shape) if table is None else weight)
        self.bias = torch.nn.Parameter(torch.zeros(outputs))
        self.register_buffer("connections", _positions(table, inputs), persistent=False)

    @property
    def kernels(self) -> torch.Tensor:
        """ψ(v, λ, λ') as a tensor of axes (λ', λ, y, x), zero where there is no connection."""
        return self._dense().flip(-2, -1)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, λ, y, x) → (sample, λ', y − size + 1, x − size + 1)."""
        return torch.nn.functional.conv2d(maps, self._dense(), self.bias)

    def _dense(self) -> torch.Tensor:
        if self.connections is None:
            return self.weight
        outputs, inputs, *size = self.shape
        dense = self.weight.new_zeros(outputs * inputs, *size)
        return dense.index_copy(0, self.connections, self.weight).view(self.shape)


def _positions(table, inputs: int) -> torch.Tensor | None:
    """Where each connection of `table` stands among all pairs (λ', λ)."""
    if table is None:
        return None
    pairs = ((output, channel) for output, seen in enumerate(table) for channel in seen)
    return torch.tensor([output * inputs + channel for output, channel in pairs])
