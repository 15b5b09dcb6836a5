"""Morlet wavelets in time rescaled to a Littlewood–Paley sum of 1.

φ stays Gaussian; the wavelets keep their Morlet profile up to one factor per frequency, common
to all of them, that makes |ψ̂|² fill 1 − |φ̂|² for real signals.
"""

from math import ceil, pi

import numpy as np
import scipy.fft

from scatterlab.wavelets.band import Band
from scatterlab.wavelets.littlewood_paley import opposite
from scatterlab.wavelets.time_family import BANDWIDTH, Morlet, family, low_pass, transform

CENTRED = True
ALIASING = 1e-6
"""Share of the energy that the wavelets leave free.

Subsampling folds the tails of the filters, 5σ away, back into the band; with this much room the
subsampled transform is non-expansive too.
"""


def filters(samples: int, wavelets: list[Morlet], T: int) -> tuple[list[Band], Band]:
    """ψ̂ of each wavelet and φ̂."""
    bands = [transform(wavelet, samples) for wavelet in wavelets]
    phi = low_pass(T, samples)
    power = np.zeros(samples)
    for band in bands:
        power[band.places] += band.values**2
    power = (power + opposite(power)) / 2
    room = (1 - ALIASING) * (1 - phi.periodised(samples) ** 2)
    factor = np.sqrt(np.divide(room, power, out=np.zeros(samples), where=power > 1e-24))
    return [band.times(factor) for band in bands], phi


def wavelets_of(J: int, Q: int) -> list[Morlet]:
    """See `family`."""
    return family(J, Q)


def on_lattice(band: Band, samples: int) -> np.ndarray:
    """The filter below the Nyquist frequency of a lattice of `samples`."""
    return band.restricted(samples)


def padded_length(size: int, J: int, T: int) -> int:
    """A multiple of the output step that the Fourier transform likes.

    It holds three standard deviations of the longest filter on both sides, if reflection allows.
    """
    longest = min(size, max(T, 2**J))
    reach = min(size - 1, ceil(3 * longest / (2 * pi * BANDWIDTH)))
    step = 2 ** (T.bit_length() - 1)
    return step * scipy.fft.next_fast_len(-(-(size + 2 * reach) // step), real=True)
