"""Convolutions on a periodic grid as matrices, one for each frequency.

A convolution of stride Δ = (Δy, Δx) is one of stride 1 that takes the Δy·Δx phases of each
channel for channels of their own, on a grid so many times smaller: the rearrangement keeps the
norm. On a periodic grid the Fourier transform then makes it a matrix (λ', λ·phase) at each
frequency ξ, whose singular values are those of [Δ^−1 ŵ(ξ + lN/Δ)]_l, since phases and aliases l
are Fourier transforms of one another.
"""

from collections.abc import Iterator
from math import ceil, pi

import torch

from scatterlab.errors import InputError

Pair = tuple[int, int]


def enclosing_grid(size: Pair, kernel: Pair, stride: Pair) -> Pair:
    """The least periodic grid, a multiple of the stride, on which no window sees an edge twice.

    A convolution of an image of `size` pixels, whatever the zeros around it, is a part of the
    periodic one on this grid: of the image's zero extension, at some of the outputs. Its norm is
    at most as large. (On the image's own grid it need not be: kernel (1, −1) has norm √3 on three
    periodic pixels, and 1.80 with zeros around them.)
    """
    return tuple(
        step * ceil((pixels + taps - 1) / step)
        for pixels, taps, step in zip(size, kernel, stride, strict=True)
    )


def phases(weight: torch.Tensor, stride: Pair) -> torch.Tensor:
    """(λ', λ, y, x) to the kernels (λ', λ·Δy·Δx, ⌈y/Δy⌉, ⌈x/Δx⌉) between phases."""
    outputs, inputs, height, width = weight.shape
    taps = coarse((height, width), stride)
    missing = taps[0] * stride[0] - height, taps[1] * stride[1] - width
    padded = torch.nn.functional.pad(weight, (0, missing[1], 0, missing[0]))
    split = padded.reshape(outputs, inputs, taps[0], stride[0], taps[1], stride[1])
    return split.permute(0, 1, 3, 5, 2, 4).reshape(outputs, -1, *taps)


def unphased(kernels: torch.Tensor, stride: Pair, size: Pair) -> torch.Tensor:
    """The inverse of `phases`: kernels (λ', λ, *size)."""
    outputs, _, *taps = kernels.shape
    split = kernels.reshape(outputs, -1, *stride, *taps).permute(0, 1, 4, 2, 5, 3)
    whole = split.reshape(outputs, -1, taps[0] * stride[0], taps[1] * stride[1])
    return whole[..., : size[0], : size[1]]


def transfer(weight: torch.Tensor, stride: Pair, grid: Pair) -> torch.Tensor:
    """The matrices of the convolution with `weight` (λ', λ, y, x) on a periodic `grid` (y, x).

    Complex, of shape (frequency y, frequency x ≥ 0, λ', λ·Δy·Δx); those at opposite frequencies
    are complex conjugates. Raises `InputError` where a stride does not divide the grid, or the
    kernel is larger than it.
    """
    check_grid(weight, stride, grid)
    return torch.fft.rfft2(phases(weight, stride), s=coarse(grid, stride)).permute(2, 3, 0, 1)


def transfer_rows(weight: torch.Tensor, stride: Pair, grid: Pair) -> Iterator[torch.Tensor]:
    """The same, one frequency y at a time: (frequency x, λ', λ·Δy·Δx). It saves memory."""
    check_grid(weight, stride, grid)
    kernels = phases(weight, stride)
    height, width = coarse(grid, stride)
    taps = torch.arange(kernels.shape[2], dtype=weight.dtype, device=weight.device)
    for frequency in range(height):
        waves = torch.exp(-2j * pi * frequency * taps / height)
        row = torch.einsum("dcyx,y->dcx", kernels.to(waves.dtype), waves)
        yield torch.fft.fft(row, n=width)[..., : width // 2 + 1].permute(2, 0, 1)


def kernel_of(matrices: torch.Tensor, stride: Pair, grid: Pair, size: Pair) -> torch.Tensor:
    """The kernels (λ', λ, *size) of which `transfer` gives `matrices`, what is beyond cropped."""
    kernels = torch.fft.irfft2(matrices.permute(2, 3, 0, 1), s=coarse(grid, stride))
    taps = coarse(size, stride)
    return unphased(kernels[..., : taps[0], : taps[1]], stride, size)


def coarse(size: Pair, stride: Pair) -> Pair:
    """⌈size/Δ⌉."""
    return tuple(ceil(pixels / step) for pixels, step in zip(size, stride, strict=True))


def check_grid(weight: torch.Tensor, stride: Pair, grid: Pair) -> None:
    """See `transfer`."""
    for pixels, step, taps in zip(grid, stride, weight.shape[2:], strict=True):
        if pixels % step or step * ceil(taps / step) > pixels:
            raise InputError(
                f"a kernel of {taps} pixels at stride {step} has no matrices on a periodic grid of "
                f"{pixels}: take a multiple of the stride that holds the kernel (`enclosing_grid`)"
            )
