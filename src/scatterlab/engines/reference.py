"""The textbook scattering transform, one path after the other, in torch.

Slow and plain: the other engines are checked against it. Differentiable, on any device, in
float32 or float64.
"""

from collections import defaultdict

import numpy as np
import torch

from scatterlab.engines.geometry import Axis
from scatterlab.wavelets.bank import FilterBank
from scatterlab.wavelets.paths import Path


class Reference:
    """Separable scattering of periodic, padded images.

    Parameters
    ----------
    bank : filters on the padded grid.
    axes : the sampling along y and x.
    paths : the paths to compute, by order, each after its parent.
    """

    name = "reference"

    def __init__(self, bank: FilterBank, axes: tuple[Axis, Axis], paths: list[Path]):
        self.bank, self.axes, self.paths = bank, axes, paths
        self.children = defaultdict(list)
        for path in paths[1:]:
            self.children[path[:-1]].append(path)
        self._tensors: dict = {}

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """S x for `images` of shape (batch, y, x): (batch, path, y, x), the same dtype."""
        averaged: dict[Path, torch.Tensor] = {}
        self._scatter(self._pad(images), (), averaged)
        return torch.stack([averaged[path] for path in self.paths], dim=1)

    def _scatter(self, propagated: torch.Tensor, path: Path, averaged: dict) -> None:
        """Average U[path], which is `propagated`, and go on to the children of `path`."""
        averaged[path] = self._average(propagated, path)
        if self.children[path]:
            spectrum = torch.fft.fft2(propagated)
            for child in self.children[path]:
                self._scatter(self._convolve(spectrum, path, child).abs(), child, averaged)

    def _convolve(self, spectrum, path: Path, child: Path) -> torch.Tensor:
        """U[path] ⋆ ψ on the lattice of the child's scale."""
        (j, theta), before = child[-1], resolution_after(path)
        product = spectrum * self._tensor("psi", before, j, theta, like=spectrum)
        return torch.fft.ifft2(periodise(product, [axis.samples(j) for axis in self.axes]))

    def _average(self, propagated, path: Path) -> torch.Tensor:
        """U[path] ⋆ φ_J at the output positions, by one small matrix along each axis.

        A separable φ_J is part of the matrices. Kymatio's is so only up to its rounding, and
        multiplies the spectrum, so that not even the rounding differs.
        """
        before = resolution_after(path)
        if self.bank.separable:
            rows, columns = (self._tensor("phi", before, axis, like=propagated) for axis in (0, 1))
            return rows @ propagated @ columns.mT
        low = torch.fft.fft2(propagated)
        low = low * self._tensor("phi_hat", before, like=low)
        rows, columns = (self._tensor("at", before, axis, like=low) for axis in (0, 1))
        return (rows @ low @ columns.mT).real

    def _pad(self, images: torch.Tensor) -> torch.Tensor:
        for dim, axis in zip((-2, -1), self.axes, strict=True):
            known = torch.from_numpy(np.maximum(axis.sources, 0)).to(images.device)
            weight = torch.from_numpy((axis.sources >= 0) / 2).to(images)
            weight = weight if dim == -1 else weight[..., None]
            first, second = (images.index_select(dim, index) for index in known)
            images = first * weight[0] + second * weight[1]
        return images

    def _tensor(self, kind: str, *key, like: torch.Tensor) -> torch.Tensor:
        """A filter or an output matrix as a tensor beside `like`; made once."""
        key = (kind, *key, like.dtype, like.device)
        if key not in self._tensors:
            array = getattr(self, f"_{kind}")(*key[1:-2])
            self._tensors[key] = torch.tensor(array, device=like.device, dtype=like.dtype)
        return self._tensors[key]

    def _psi(self, before: int, j: int, theta: int) -> np.ndarray:
        """ψ̂_{j,θ} on the lattice of scale `before`, moved onto the lattice of scale j."""
        shape = [axis.samples(before) for axis in self.axes]
        psi = self.bank.at_resolution(self.bank.psi[j, theta], shape)
        moves = [
            translation(axis.shifts[j] - axis.shifts[before], axis, before) for axis in self.axes
        ]
        return psi * np.outer(*moves)

    def _phi_hat(self, before: int) -> np.ndarray:
        return self.bank.at_resolution(self.bank.phi, [axis.samples(before) for axis in self.axes])

    def _at(self, before: int, axis_number: int) -> np.ndarray:
        """The inverse Fourier transform at the output positions, (output, frequency)."""
        axis = self.axes[axis_number]
        moves = [translation(at - axis.shifts[before], axis, before) for at in axis.outputs]
        return np.stack(moves) / axis.samples(before)

    def _phi(self, before: int, axis_number: int) -> np.ndarray:
        """⋆ φ_J along one axis, from the lattice of scale `before` to the outputs."""
        phi = self._phi_hat(before)
        along = phi[:, 0] if axis_number == 0 else phi[0]
        return np.fft.fft(self._at(before, axis_number) * along, axis=1).real


def resolution_after(path: Path) -> int:
    """The scale whose lattice U[path] is sampled on."""
    return path[-1][0] if path else 0


def translation(by: float, axis: Axis, j: int) -> np.ndarray:
    """The Fourier transform of u ↦ u + `by` pixels on the lattice of scale j.

    The two ends of the Nyquist frequency share one sample, which gets the mean of both factors:
    real signals stay real.
    """
    count = axis.samples(j)
    frequency = np.fft.fftfreq(count, 1 / count)
    factor = np.exp(2j * np.pi * frequency * by / axis.padded)
    if count % 2 == 0:
        factor[count // 2] = factor[count // 2].real
    return factor


def periodise(spectrum: torch.Tensor, shape: list[int]) -> torch.Tensor:
    """The spectrum of the signal subsampled to `shape`: the mean over aliased frequencies."""
    for dim, size in zip((-2, -1), shape, strict=True):
        spectrum = spectrum.unflatten(dim, (-1, size)).mean(dim=dim - 1)
    return spectrum
