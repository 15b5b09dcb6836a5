"""The extension of signals beyond their ends, and its adjoint."""

from functools import reduce

import numpy as np
import torch

from scatterlab.engines.geometry import Axis


class Padding:
    """From (image, *shape) to (image, *padded), one axis after the other."""

    def __init__(self, axes: tuple[Axis, ...], device: torch.device, dtype: torch.dtype):
        self.shape = tuple(axis.size for axis in axes)
        self.padded = tuple(axis.padded for axis in axes)
        self.terms = [
            (dim, [term_of(source, share, dim, device, dtype) for source, share in shares(axis)])
            for dim, axis in zip(range(-len(axes), 0), axes, strict=True)
        ]

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """`signals`, extended."""
        for dim, terms in self.terms:
            found = [weighted(signals.index_select(dim, index), by) for index, by in terms]
            signals = reduce(torch.add, found)
        return signals

    def adjoint(self, gradients: torch.Tensor) -> torch.Tensor:
        """The gradient of the signals for `gradients` of the extended ones."""
        for dim, terms in reversed(self.terms):
            shape = list(gradients.shape)
            shape[dim] = self.shape[dim]
            total = gradients.new_zeros(shape)
            for index, by in terms:
                total.index_add_(dim, index, weighted(gradients, by))
            gradients = total
        return gradients


def shares(axis: Axis) -> list[tuple[np.ndarray, float]]:
    """The pixels each padded sample is a sum of, and their share of it: see `Axis.sources`."""
    first, second = axis.sources
    return [(first, 1.0)] if (first == second).all() else [(first, 0.5), (second, 0.5)]


def term_of(source, share: float, dim: int, device, dtype):
    """Where to take the samples along `dim` from, and what to multiply them with, if anything."""
    by = np.where(source < 0, 0, share)
    index = torch.from_numpy(np.maximum(source, 0)).to(device)
    if (by == 1).all():
        return index, None
    return index, torch.from_numpy(by).to(device, dtype).reshape(-1, *[1] * (-1 - dim))


def weighted(signals: torch.Tensor, by: torch.Tensor | None) -> torch.Tensor:
    return signals if by is None else signals * by
