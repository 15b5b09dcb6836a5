"""The filters of Kymatio 0.3's one-dimensional scattering, in its single precision.

Its users can then change packages without a change in their features. Two of its particulars are
therefore part of the definition here. Each wavelet has a sum of absolute values of 1. And on a
lattice 2^k times coarser a filter is the *mean* over its aliases, not their sum: it is 2^k times
too small, hence so are the coefficients of a path for each filter that acts on such a lattice.
"""

import numpy as np
import scipy.fft

from scatterlab.wavelets.band import Band
from scatterlab.wavelets.time_family import (
    BANDWIDTH,
    Morlet,
    family,
    highest,
    linear_part,
    low_pass,
    transform,
)

CENTRED = False
BORDER_ERROR = 1e-3
"""Sum of |φ| over the samples that the padding does not reach."""


def filters(samples: int, wavelets: list[Morlet], T: int) -> tuple[list[Band], Band]:
    """ψ̂ of each wavelet and φ̂, before rounding."""
    return [normalised(wavelet, samples) for wavelet in wavelets], low_pass(T, samples)


def wavelets_of(J: int, Q: int) -> list[Morlet]:
    """As `family`; but where the highest wavelet is narrower than the bandwidth of scale 2^J
    there are only the linear ones, below its σ taken for a frequency."""
    top, narrowest = highest(Q), BANDWIDTH / 2**J
    return linear_part(top.sigma, narrowest, Q) if top.sigma <= narrowest else family(J, Q)


def on_lattice(band: Band, samples: int) -> np.ndarray:
    """The mean over the aliases on `samples` frequencies, rounded to single precision."""
    mean = band.periodised(samples) * (samples / band.samples)
    return mean.astype(np.float32).astype(np.float64)


def padded_length(size: int, J: int, T: int) -> int:
    """A power of two that holds three times φ's support on both sides, if reflection allows."""
    # an average over more than four times the signal is its mean
    phi_hat = low_pass(min(T, 4 * size), size).periodised(size)
    phi = np.abs(scipy.fft.ifft(phi_hat))[: size // 2]
    beyond = np.cumsum(phi[::-1])[::-1]
    enough = np.flatnonzero(beyond <= BORDER_ERROR)
    support = int(enough[0]) + 1 if len(enough) else size // 2
    wanted = (size + 6 * support - 1).bit_length()
    return 2 ** min(wanted, (3 * size - 2).bit_length() - 1)


def normalised(wavelet: Morlet, samples: int) -> Band:
    """ψ̂ over Σ_t |ψ(t)|."""
    band = transform(wavelet, samples)
    coarse = samples // subsampling_of_modulus(wavelet, samples)
    norm = np.abs(scipy.fft.ifft(band.periodised(coarse))).sum()
    return Band(samples, band.first, band.values / norm)


def subsampling_of_modulus(wavelet: Morlet, samples: int) -> int:
    """A step at which samples of |ψ| have the same mean as all samples, to rounding.

    |ψ(t)| = g(t)·|e^{iξt} − K| has lines at multiples nξ, K^n weak and as wide as ĝ: 40σ away
    nothing is left if K = e^{−ξ²/2σ²} is small, and if g ends within the period of `samples`.
    """
    step = 1
    if wavelet.xi > 2 * wavelet.sigma and wavelet.sigma * samples > 3:
        while 80 * wavelet.sigma * step <= 1 and samples % (2 * step) == 0:
            step *= 2
    return step
