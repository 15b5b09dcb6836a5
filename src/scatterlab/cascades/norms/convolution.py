"""The norm of a convolution: on a periodic grid by its formula, and by iteration; as it is used."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.norms.lanczos import norm_of, precision
from scatterlab.cascades.norms.singular_values import largest_singular_value
from scatterlab.cascades.norms.transfer import Pair, enclosing_grid, transfer_rows

CONVOLUTIONS = (torch.nn.Conv2d, ConvolutionTensor)


@dataclass(frozen=True)
class Kernels:
    """The kernels of a convolution, in float64, and how they move.

    Attributes
    ----------
    groups : (λ', λ, y, x) for each group of channels, dilation written out as zeros.
    stride : (Δy, Δx).
    """

    groups: tuple[torch.Tensor, ...]
    stride: Pair

    @property
    def size(self) -> Pair:
        return tuple(self.groups[0].shape[2:])


def kernels_of(
    convolution: torch.nn.Module, normalisation: torch.nn.BatchNorm2d | None = None
) -> Kernels:
    """Of a `Conv2d` or a `ConvolutionTensor`, with the batch normalisation after it, if given.

    That is a diagonal when a network is used: the kernels of channel λ' times γ/√(var + ε).
    """
    if isinstance(convolution, ConvolutionTensor):
        weight, count, stride, dilation = convolution.kernels.flip(-2, -1), 1, (1, 1), (1, 1)
    else:
        weight, count = convolution.weight, convolution.groups
        stride, dilation = convolution.stride, convolution.dilation
    weight = weight.detach().double()
    if normalisation is not None:
        weight = weight * slopes(normalisation)[:, None, None, None]
    return Kernels(tuple(dilated(weight, dilation).chunk(count)), tuple(stride))


def slopes(normalisation: torch.nn.BatchNorm2d) -> torch.Tensor:
    """γ/√(var + ε) of each channel, float64."""
    deviations = (normalisation.running_var.double() + normalisation.eps).sqrt()
    return normalisation.weight.detach().double() / deviations


def dilated(weight: torch.Tensor, dilation: Pair) -> torch.Tensor:
    """Kernels with zeros between their pixels."""
    if tuple(dilation) == (1, 1):
        return weight
    size = [step * (taps - 1) + 1 for taps, step in zip(weight.shape[2:], dilation, strict=True)]
    spread = weight.new_zeros(*weight.shape[:2], *size)
    spread[..., :: dilation[0], :: dilation[1]] = weight
    return spread


def circular_norm(kernels: Kernels, grid: Pair) -> float:
    """max_ξ σ_max[Δ^−1 ŵ(ξ + lN/Δ)]_l on a periodic `grid` of N pixels, exactly."""
    norm = 0.0
    for weight in kernels.groups:
        for row in transfer_rows(weight, kernels.stride, grid):
            norm = largest_singular_value(row, least=norm)
    return norm


def enclosing_norm(kernels: Kernels, size: Pair) -> float:
    """`circular_norm` on the least grid that holds an image of `size` pixels among zeros.

    It bounds the norm of the convolution as it is used, whatever its zero padding.
    """
    return circular_norm(kernels, enclosing_grid(size, kernels.size, kernels.stride))


def iterated_circular_norm(kernels: Kernels, grid: Pair, seed: int = 0) -> float:
    """The norm of the same periodic convolution by iteration, in space: a check of the formula."""
    weight, count = torch.cat(kernels.groups), len(kernels.groups)
    shape = (weight.shape[1] * count, *grid)
    weight = weight.to(precision(shape))

    def convolve(images):
        height, width = kernels.size
        wrapped = torch.nn.functional.pad(images, (0, width - 1, 0, height - 1), mode="circular")
        return torch.nn.functional.conv2d(wrapped, weight, stride=kernels.stride, groups=count)

    return norm_of(convolve, shape, seed)


def norm_as_used(modules: Sequence[torch.nn.Module], shape: Sequence[int], seed: int = 0) -> float:
    """The norm of linear `modules` in turn, on maps of `shape` (channel, y, x)."""
    operator = torch.nn.Sequential(*modules)
    given = next(operator.parameters(), torch.empty(0)).dtype
    operator.to(precision(shape))
    try:
        return norm_of(operator, tuple(shape), seed)
    finally:
        operator.to(given)
