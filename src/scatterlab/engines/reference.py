"""The textbook scattering transform, one path after the other, in torch.

Slow and plain: the other engines are checked against it. Differentiable, on any device, in
float32 or float64.
"""

import numpy as np
import torch

from scatterlab.engines.tree import Tree


class Reference:
    """The transform that `tree` describes."""

    name = "reference"

    def __init__(self, tree: Tree):
        self.tree = tree
        self.dims = tuple(range(-len(tree.axes), 0))
        self.by_matrix = tree.bank.separable and len(self.dims) > 1
        self._tensors: dict = {}

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """S x for `signals` of shape (batch, *shape): (batch, *output_shape), the same dtype."""
        averaged: list[torch.Tensor | None] = [None] * len(self.tree.nodes)
        self._scatter(self.pad(signals), 0, averaged)
        return torch.stack(averaged, dim=1)

    def _scatter(self, propagated: torch.Tensor, index: int, averaged: list) -> None:
        """Average U of node `index`, which is `propagated`, and go on to its children."""
        level = self.tree.nodes[index].level
        children = self.tree.children(index)
        if self.by_matrix:
            averaged[index] = self._average(propagated, level)
            if not children:
                return
        spectrum = torch.fft.fftn(propagated, dim=self.dims)
        if not self.by_matrix:
            averaged[index] = self._average_spectrum(spectrum, level)
        for child in children:
            self._scatter(self.convolve(spectrum, child).abs(), child, averaged)

    def convolve(self, spectrum: torch.Tensor, child: int) -> torch.Tensor:
        """U[parent] ⋆ ψ on the lattice of node `child`, from the `spectrum` of U[parent]."""
        key = ("psi", *self.tree.step(child))
        product = spectrum * self._tensor(key, self.tree.filter, child, like=spectrum)
        shape = self.tree.lattice(self.tree.nodes[child].level)
        return torch.fft.ifftn(periodise(product, shape), dim=self.dims)

    def average(self, propagated: torch.Tensor, level: int) -> torch.Tensor:
        """U ⋆ φ_J at the output positions, for U on the lattice of `level`."""
        if self.by_matrix:
            return self._average(propagated, level)
        return self._average_spectrum(torch.fft.fftn(propagated, dim=self.dims), level)

    def _average(self, propagated: torch.Tensor, level: int) -> torch.Tensor:
        """U ⋆ φ_J at the output positions, by one small matrix along each axis."""
        for dim in self.dims:
            axis = dim + len(self.dims)
            key = ("averaging", level, axis)
            matrix = self._tensor(key, self.tree.averaging, level, axis, like=propagated)
            propagated = torch.tensordot(propagated, matrix, ([dim], [1])).movedim(-1, dim)
        return propagated

    def _average_spectrum(self, spectrum: torch.Tensor, level: int) -> torch.Tensor:
        """U ⋆ φ_J at the output positions, where matrices would be too large or not exact.

        In two dimensions: Kymatio's φ_J is the product of matrices only up to its rounding, and
        multiplies the spectrum, so that not even the rounding differs.
        """
        if len(self.dims) == 1:
            return self._average_in_time(spectrum, level)
        low = spectrum * self._tensor(("phi", level), self.tree.low_pass, level, like=spectrum)
        for dim in self.dims:
            axis = dim + len(self.dims)
            matrix = self._tensor(("at", level, axis), self.tree.positions, level, axis, like=low)
            low = torch.tensordot(low, matrix, ([dim], [1])).movedim(-1, dim)
        return low.real

    def _average_in_time(self, spectrum: torch.Tensor, level: int) -> torch.Tensor:
        """U ⋆ φ_J at the output positions, by one small inverse transform."""
        axis = self.tree.axes[0]
        count, stride = axis.output_lattice
        phi = self._tensor(("smoothing", level), self.tree.smoothing, level, like=spectrum)
        low = torch.fft.ifft(periodise(spectrum * phi, (count,))).real
        return low[..., : stride * len(axis.outputs) : stride]

    def pad(self, signals: torch.Tensor) -> torch.Tensor:
        """U of the root: `signals` with what surrounds them."""
        for dim, axis in zip(self.dims, self.tree.axes, strict=True):
            known = torch.from_numpy(np.maximum(axis.sources, 0)).to(signals.device)
            weight = torch.from_numpy((axis.sources >= 0) / 2).to(signals)
            weight = weight.reshape(2, -1, *[1] * (-1 - dim))
            first, second = (signals.index_select(dim, index) for index in known)
            signals = first * weight[0] + second * weight[1]
        return signals

    def _tensor(self, key: tuple, make, *arguments, like: torch.Tensor) -> torch.Tensor:
        """The array ``make(*arguments)`` as a tensor beside `like`; made once."""
        key = (*key, like.dtype, like.device)
        if key not in self._tensors:
            array = make(*arguments)
            self._tensors[key] = torch.tensor(array, device=like.device, dtype=like.dtype)
        return self._tensors[key]


def periodise(spectrum: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """The spectrum of the signal subsampled to `shape`: the mean over aliased frequencies."""
    for dim, size in zip(range(-len(shape), 0), shape, strict=True):
        spectrum = spectrum.unflatten(dim, (-1, size)).mean(dim=dim - 1)
    return spectrum
