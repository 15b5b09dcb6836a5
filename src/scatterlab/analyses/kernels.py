"""The kernels of a cascade's first operator in space, fixed or learned, and how wide they are."""

from dataclasses import dataclass

import numpy as np
import torch

from scatterlab.analyses.operators import linear_operators
from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.hybrid import HybridNetwork
from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.cascades.yuv import InYUV
from scatterlab.errors import InputError
from scatterlab.wavelets.bank import LayeredBank


@dataclass(frozen=True)
class Kernels:
    """Kernels that images are convolved with.

    Attributes
    ----------
    values : (kernel, channel, y, x) complex128, with odd sides; the pixel nearest to the centroid
        of |w|² stands in the middle. A single channel is of every colour alone.
    names : of kernels.
    groups : of each kernel, the name of those like it.
    """

    values: np.ndarray
    names: list[str]
    groups: list[str]

    @property
    def widths(self) -> np.ndarray:
        """s, the root of the second moment of |w|² about its centroid, pixels (kernel,).

        NaN for a kernel of zeros.
        """
        energy = np.square(np.abs(self.values)).sum(axis=1)
        with np.errstate(invalid="ignore"):
            energy = energy / energy.sum(axis=(1, 2), keepdims=True)
        places = np.indices(energy.shape[1:])
        middle = np.einsum("kyx,ayx->ka", energy, places)
        second = np.einsum("kyx,ayx->k", energy, places**2) - np.square(middle).sum(axis=1)
        return np.sqrt(np.maximum(second, 0))


def kernels_of(cascade: Cascade) -> Kernels:
    """The filters of a scattering, or the first convolution of a network.

    What strides leave out counts too, and standardisation is left out. Raises `InputError` for a
    cascade that convolves images with nothing.
    """
    if isinstance(cascade, HybridNetwork):
        return kernels_of(cascade.scattering.cascade)
    if isinstance(cascade, InYUV):
        return kernels_of(cascade.luminance)
    if isinstance(cascade, Scattering2D | RotoTranslationScattering2D):
        banks = cascade.filters
        return of_bank(banks.first if isinstance(banks, LayeredBank) else banks, cascade)
    if isinstance(cascade, StagedNetwork):
        name, operator = next(iter(linear_operators(cascade).items()))
        if not isinstance(operator, torch.nn.Linear):
            return of_convolution(name, operator)
    raise InputError(
        f"{type(cascade).__name__} does not convolve images with kernels, of which "
        "`analyses.widths` is: its `representations` may name scatterings and networks that begin "
        "with a convolution"
    )


def of_bank(bank, cascade) -> Kernels:
    """All ψ, then φ, cut to the size of the image."""
    filters = np.concatenate([bank.psi.reshape(-1, *bank.phi.shape), bank.phi[None]])
    values = np.fft.fftshift(np.fft.ifft2(filters), axes=(-2, -1))
    window = tuple(
        slice(size // 2 - reach, size // 2 + reach + 1)
        for size, image in zip(bank.phi.shape, cascade.shape, strict=True)
        for reach in [min((size - 1) // 2, image // 2)]
    )
    scales = [f"j={number / cascade.Q:g}" for number in range(bank.J) for _ in range(bank.L)]
    names = [f"{scale}, θ={number % bank.L}" for number, scale in enumerate(scales)]
    return Kernels(values[:, None, *window], [*names, "φ"], [*scales, "φ"])


def of_convolution(name: str, operator: torch.nn.Module) -> Kernels:
    """The kernels of a convolution, reflected as its weights are, each about its centroid."""
    with torch.no_grad():
        tensor = isinstance(operator, ConvolutionTensor)
        weight = operator.kernels if tensor else operator.weight.flip(-2, -1)
    middled = np.stack([about_centroid(kernel) for kernel in weight.double().numpy()])
    names = [f"{name} {number}" for number in range(len(middled))]
    return Kernels(middled.astype(complex), names, names)


def about_centroid(kernel: np.ndarray) -> np.ndarray:
    """`kernel` (channel, y, x) on a grid of odd sides, its centroid nearest to the middle."""
    energy = np.square(kernel).sum(axis=0)
    total = energy.sum() or 1.0
    sides = energy.shape
    middle = [round((energy * place).sum() / total) for place in np.indices(sides)]
    frame = np.zeros((len(kernel), *(2 * side - 1 for side in sides)))
    y, x = (side - 1 - place for side, place in zip(sides, middle, strict=True))
    frame[:, y : y + sides[0], x : x + sides[1]] = kernel
    return frame
