"""A bank of oriented wavelets ψ_{j,θ} and one low-pass φ_J, on a grid of frequencies."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scatterlab.errors import InputError, suggest
from scatterlab.wavelets import kymatio, unitary

BANKS = {"unitary": unitary, "kymatio": kymatio}


@dataclass(frozen=True)
class FilterBank:
    """Fourier transforms of the filters, all real.

    Attributes
    ----------
    psi : (J·Q, L, y, x) float64, ψ̂_{j,θ} in the order of `numpy.fft.fftfreq`.
    phi : (y, x) float64, φ̂_J.
    angles : (L,) radians, direction of the wavelets' frequency from the x axis towards the y
        axis (down the image).
    centred : whether outputs are sampled on a grid centred on the image, so that a rotation of
        the image by 90° rotates the output exactly.
    separable : whether φ̂ is the product of its first column and its first row, φ̂(0) = 1.
    """

    psi: np.ndarray
    phi: np.ndarray
    angles: np.ndarray
    centred: bool
    separable: bool

    @property
    def J(self) -> int:
        return self.psi.shape[0]

    @property
    def L(self) -> int:
        return self.psi.shape[1]

    def wavelet(self, which: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
        """ψ̂_{j,θ} on the coarser grid `shape`, for `which` = (j, θ)."""
        return self.at_resolution(self.psi[which], shape)

    def low_pass(self, shape: tuple[int, int]) -> np.ndarray:
        """φ̂_J on the coarser grid `shape`."""
        return self.at_resolution(self.phi, shape)

    def at_resolution(self, filter_hat: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """`filter_hat` on the coarser grid `shape`: its frequencies below that grid's Nyquist.

        Both ends of the Nyquist frequency fall on one sample; a centred bank drops it, to stay
        symmetric, and Kymatio's keeps the negative one.
        """
        for axis, size in zip((-2, -1), shape, strict=True):
            if size == filter_hat.shape[axis]:
                continue
            keep = np.fft.ifftshift(np.arange(-(size // 2), (size + 1) // 2))
            filter_hat = np.take(filter_hat, keep, axis=axis)
            if self.centred and size % 2 == 0:
                nyquist = [slice(None)] * filter_hat.ndim
                nyquist[axis] = size // 2
                filter_hat[tuple(nyquist)] = 0
        return filter_hat


@dataclass(frozen=True)
class LayeredBank:
    """Filters of scattering with several wavelets an octave in its first layer.

    Attributes
    ----------
    first : the first layer's; its ψ run over j1 = 0, 1/Q, 2/Q, …
    later : those of all others.
    """

    first: FilterBank
    later: FilterBank

    @property
    def angles(self) -> np.ndarray:
        return self.later.angles

    @property
    def separable(self) -> bool:
        return self.later.separable

    def wavelet(self, which: tuple, shape: tuple[int, int]) -> np.ndarray:
        """ψ̂ on the coarser grid `shape`, for `which` = (j1, θ, Q) or (j, θ)."""
        if len(which) == 2:
            return self.later.wavelet(which, shape)
        j, theta, Q = which
        return self.first.wavelet((round(j * Q), theta), shape)

    def low_pass(self, shape: tuple[int, int]) -> np.ndarray:
        """φ̂_J on the coarser grid `shape`."""
        return self.later.low_pass(shape)


def layered_bank(name: str, shape: tuple[int, int], J: int, L: int, Q: int):
    """The bank `name` with `Q` wavelets an octave in the first layer, one in the others."""
    later = filter_bank(name, shape, J, L)
    return later if Q == 1 else LayeredBank(filter_bank(name, shape, J, L, Q), later)


@lru_cache(maxsize=32)
def filter_bank(name: str, shape: tuple[int, int], J: int, L: int, Q: int = 1) -> FilterBank:
    """The bank `name` on a periodic grid of `shape` (y, x) samples; cached.

    ψ̂_{j,θ} for j = 0, 1/Q, 2/Q, … < J.

    ``unitary``: Morlet wavelets rescaled to a Littlewood–Paley sum of 1, so that scattering is
    non-expansive. ``kymatio``: the same numbers as Kymatio 0.3's two-dimensional filters.
    Raises `InputError` for another name, and for Q > 1 in Kymatio's, which has none.
    """
    if name not in BANKS:
        raise InputError(f"unknown filter bank {name!r}; {suggest(name, BANKS)}")
    if Q == 1:
        psi, phi, angles = BANKS[name].filters(shape, J, L)
    elif name == "kymatio":
        raise InputError(f"Q={Q}: Kymatio's filters are one an octave; choose bank unitary")
    else:
        psi, phi, angles = unitary.filters(shape, J, L, Q)
    for array in (psi, phi, angles):
        array.setflags(write=False)
    return FilterBank(psi, phi, angles, BANKS[name].CENTRED, BANKS[name].SEPARABLE)
