"""What a scattering transform computes, for every engine: a tree of filters and lattices.

Each node is a path: U[node] = |U[parent] ⋆ ψ| on the lattice of the node's level, and
S[node] = U[node] ⋆ φ_J at the output positions. The root's U is the padded signal.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from math import prod
from typing import Protocol

import numpy as np

from scatterlab.engines.geometry import Axis


@dataclass(frozen=True)
class Node:
    """A path, by its last step.

    Attributes
    ----------
    parent : index of the node before it; −1 for the root.
    wavelet : the last wavelet, a key of the bank; None for the root.
    level : the lattice that U[node] is sampled on, an index into each axis' `resolutions`.
    """

    parent: int
    wavelet: Hashable
    level: int


class Filters(Protocol):
    """A filter bank, as engines see it."""

    separable: bool
    """Whether φ̂ is the product of its values along each axis, exactly."""

    def wavelet(self, which: Hashable, shape: tuple[int, ...]) -> np.ndarray:
        """ψ̂ of the wavelet `which` on a grid of `shape` frequencies, real float64."""

    def low_pass(self, shape: tuple[int, ...]) -> np.ndarray:
        """φ̂_J on a grid of `shape` frequencies, real float64."""


@dataclass(eq=False)
class Tree:
    """A scattering transform of signals with one or two axes.

    Attributes
    ----------
    bank : the filters.
    axes : the sampling along each axis, (y, x) or (t,).
    nodes : the root, then every path after its parent; the outputs are in this order.
    """

    bank: Filters
    axes: tuple[Axis, ...]
    nodes: tuple[Node, ...]
    _made: dict = field(default_factory=dict, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the signals, before padding."""
        return tuple(axis.size for axis in self.axes)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(path, …) of the transform of one signal."""
        return (len(self.nodes), *(len(axis.outputs) for axis in self.axes))

    def lattice(self, level: int) -> tuple[int, ...]:
        """Number of samples along each axis on the lattice of `level`."""
        return tuple(axis.samples(level) for axis in self.axes)

    def children(self, index: int) -> list[int]:
        """The nodes that follow node `index`."""
        if "children" not in self._made:
            found: list[list[int]] = [[] for _ in self.nodes]
            for child, node in enumerate(self.nodes[1:], start=1):
                found[node.parent].append(child)
            self._made["children"] = found
        return self._made["children"][index]

    def filter(self, index: int) -> np.ndarray:
        """ψ̂ that makes node `index` ≥ 1, on its parent's lattice, float64 or complex128.

        It includes the move from the parent's lattice onto the node's: after it, the spectrum is
        periodised (the *mean* over aliased frequencies) to the node's lattice. Nodes that share
        a filter get the same array.
        """
        key = self.step(index)
        if key in self._made:
            return self._made[key]
        wavelet, before, level = key
        psi = self.bank.wavelet(wavelet, self.lattice(before))
        moves = [
            translation(axis.shifts[level] - axis.shifts[before], axis, before)
            for axis in self.axes
        ]
        if any((move != 1).any() for move in moves):
            psi = psi * outer(moves)
        if self._times(key) > 1:
            self._made[key] = psi
        return psi

    def step(self, index: int) -> tuple[Hashable, int, int]:
        """(wavelet, parent's level, level) of node `index`, which determine its filter."""
        node = self.nodes[index]
        return node.wavelet, self.nodes[node.parent].level, node.level

    def _times(self, step: tuple[Hashable, int, int]) -> int:
        """How many nodes take this step. The first ones of a long signal are taken once, and
        would fill the memory if they were kept."""
        if "times" not in self._made:
            self._made["times"] = Counter(map(self.step, range(1, len(self.nodes))))
        return self._made["times"][step]

    def low_pass(self, level: int) -> np.ndarray:
        """φ̂_J on the lattice of `level`, float64."""
        return self.bank.low_pass(self.lattice(level))

    def positions(self, level: int, dim: int) -> np.ndarray:
        """The inverse Fourier transform at the output positions along `dim`: (output, frequency)
        complex128."""
        axis = self.axes[dim]
        moves = [translation(at - axis.shifts[level], axis, level) for at in axis.outputs]
        return np.stack(moves) / axis.samples(level)

    def averaging(self, level: int, dim: int) -> np.ndarray:
        """⋆ φ_J along `dim`, from the lattice of `level` to the outputs: (output, sample) float64.

        The product of these matrices over all axes is the low-pass, up to the rounding of banks
        that are not exactly `separable`.
        """
        phi = self.low_pass(level)
        origin = tuple(slice(None) if other == dim else 0 for other in range(phi.ndim))
        along = phi[origin] / (phi.flat[0] if dim else 1)
        return np.fft.fft(self.positions(level, dim) * along, axis=1).real

    def smoothing(self, level: int) -> np.ndarray:
        """φ̂_J in time, with the move from the lattice of `level` to the first output: complex128.

        After it, the spectrum is periodised to the count of `Axis.output_lattice`, whose every
        stride-th sample, from the first on, is an output. For one axis alone, and outputs no
        closer than the lattice's samples: then it does what `averaging` does, for any length.
        """
        (axis,) = self.axes
        by = axis.outputs[0] - axis.shifts[level]
        return self.low_pass(level) * translation(by, axis, level)


def outer(factors: list[np.ndarray]) -> np.ndarray:
    """The product over the grid of one factor along each axis."""
    total = np.ones(())
    for factor in factors:
        total = np.multiply.outer(total, factor)
    return total


def translation(by: float, axis: Axis, level: int) -> np.ndarray:
    """The Fourier transform of u ↦ u + `by` pixels on the lattice of `level`.

    The two ends of the Nyquist frequency share one sample, which gets the mean of both factors:
    real signals stay real.
    """
    count = axis.samples(level)
    if by == 0:
        return np.ones(count)
    frequency = np.fft.fftfreq(count, 1 / count)
    factor = np.exp(2j * np.pi * frequency * by / axis.padded)
    if count % 2 == 0:
        factor[count // 2] = factor[count // 2].real
    return factor


def subsampling(tree: Tree, index: int) -> int:
    """How many frequencies of the parent's lattice share one of node `index`'s."""
    node = tree.nodes[index]
    return prod(tree.lattice(tree.nodes[node.parent].level)) // prod(tree.lattice(node.level))
