"""A bank of wavelets ψ_λ in time for each order, and one low-pass φ_T."""

from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import numpy as np

from scatterlab.errors import InputError, suggest
from scatterlab.wavelets import time_kymatio, time_unitary
from scatterlab.wavelets.band import Band
from scatterlab.wavelets.time_family import Morlet

TIME_BANKS = {"unitary": time_unitary, "kymatio": time_kymatio}


@dataclass(frozen=True, eq=False)
class TimeFilterBank:
    """Fourier transforms of the filters, all real.

    Attributes
    ----------
    wavelets : for each order, ξ, σ and j of its wavelets, from high to low frequency.
    psi : for each order, ψ̂ of its wavelets on the finest lattice.
    phi : φ̂_T on the finest lattice.
    kind : the module of this bank's definitions.
    """

    wavelets: tuple[tuple[Morlet, ...], ...]
    psi: tuple[tuple[Band, ...], ...]
    phi: Band
    kind: ModuleType
    separable = True

    @property
    def centred(self) -> bool:
        """Whether outputs are sampled on a grid centred on the signal, so that a reversed signal
        has exactly the reversed transform."""
        return self.kind.CENTRED

    def wavelet(self, which: tuple[int, int], shape: tuple[int]) -> np.ndarray:
        """ψ̂ of `which` = (order ≥ 1, number in that order) on a lattice of `shape` samples."""
        order, number = which
        return self.kind.on_lattice(self.psi[order - 1][number], *shape)

    def low_pass(self, shape: tuple[int]) -> np.ndarray:
        """φ̂_T on a lattice of `shape` samples."""
        return self.kind.on_lattice(self.phi, *shape)


@lru_cache(maxsize=32)
def time_filter_bank(name: str, samples: int, J: int, Q: tuple[int, ...], T: int) -> TimeFilterBank:
    """The bank `name` on a periodic lattice of `samples`; cached.

    One order for each of `Q`, wavelets per octave; their largest scale is 2^J samples, and φ
    averages over about T. ``unitary``: Morlet wavelets rescaled to a Littlewood–Paley sum of 1,
    so that scattering is non-expansive. ``kymatio``: the same numbers as Kymatio 0.3's
    one-dimensional filters. Raises `InputError` for another name.
    """
    kind = kind_of(name)
    wavelets = tuple(tuple(kind.wavelets_of(J, octave)) for octave in Q)
    made = [kind.filters(samples, order, T) for order in wavelets]
    psi = tuple(tuple(bands) for bands, _ in made)
    phi = made[0][1]
    for band in (phi, *sum(psi, ())):
        band.values.setflags(write=False)
    return TimeFilterBank(wavelets, psi, phi, kind)


def padded_length(name: str, size: int, J: int, T: int) -> int:
    """Samples of a signal of `size` once padded for the filters of the bank `name`."""
    return kind_of(name).padded_length(size, J, T)


def kind_of(name: str) -> ModuleType:
    """The module that defines the bank `name`. Raises `InputError` for an unknown one."""
    if name not in TIME_BANKS:
        raise InputError(f"unknown filter bank {name!r}; {suggest(name, TIME_BANKS)}")
    return TIME_BANKS[name]
