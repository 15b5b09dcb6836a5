"""Morlet wavelets in time: their frequencies, bandwidths and transforms.

Frequencies are in cycles per sample. With Q wavelets per octave, frequencies and bandwidths fall
geometrically down to the bandwidth of scale 2^J; Q − 1 more wavelets of that bandwidth, spaced
linearly, fill the band below (Andén & Mallat 2014, §II-B). The constants are Kymatio 0.3's.
"""

from dataclasses import dataclass
from math import ceil, floor, log, log2, sqrt

import numpy as np

from scatterlab.wavelets.band import Band, periodic_band

BANDWIDTH = 0.1
"""σ of the low-pass of duration T is this over T; so is a wavelet's of scale T."""
REACH = 9.6
"""Standard deviations beyond which a Gaussian, then below 1e−20, counts as zero."""
ALIASING_REACH = 5
"""Standard deviations above its frequency that a wavelet's samples must represent."""


@dataclass(frozen=True)
class Morlet:
    """ψ̂(ω) = ĝ(ω − ξ) − K ĝ(ω), ĝ a Gaussian of standard deviation σ and K such that ψ̂(0) = 0."""

    xi: float
    sigma: float

    @property
    def j(self) -> int:
        """Log of the step at which x⋆ψ can be sampled: ξ + 5σ is below the Nyquist frequency."""
        return floor(-log2(min(self.xi + ALIASING_REACH * self.sigma, 0.5))) - 1


def highest(Q: int) -> Morlet:
    """The first wavelet: it and its opposite frequency meet at the Nyquist frequency.

    Neighbours, a factor 2^(1/Q) apart, meet where ĝ² is a half.
    """
    xi = max(1 / (1 + 2 ** (3 / Q)), 0.35)
    step = 2 ** (-1 / Q)
    return Morlet(xi, xi * ((1 - step) / (1 + step)) * (1 / sqrt(2 * log(1 / sqrt(0.5)))))


def family(J: int, Q: int) -> list[Morlet]:
    """Q wavelets per octave down to scale 2^J, from high to low frequency.

    Where even the highest is narrower than that scale's bandwidth, it gets this bandwidth.
    """
    narrowest = BANDWIDTH / 2**J
    top = highest(Q)
    wavelets = [Morlet(top.xi, max(top.sigma, narrowest))]
    step = 2 ** (1 / Q)
    while wavelets[-1].sigma > narrowest * step:
        wavelets.append(Morlet(wavelets[-1].xi / step, wavelets[-1].sigma / step))
    return wavelets + linear_part(wavelets[-1].xi, narrowest, Q)


def linear_part(above: float, sigma: float, Q: int) -> list[Morlet]:
    """Q − 1 wavelets at even distances between frequency `above` and 0."""
    return [Morlet(above - q / Q * above, sigma) for q in range(1, Q)]


def transform(wavelet: Morlet, samples: int) -> Band:
    """ψ̂ on `samples` frequencies, periodised: Σ_n ψ̂(ω + n)."""
    xi, sigma = wavelet.xi, wavelet.sigma
    corrected = xi < REACH * sigma
    low = -REACH * sigma if corrected else xi - REACH * sigma
    first, omega = frequencies(low, xi + REACH * sigma, samples)
    gabor = periodic_band(samples, first, gaussian(omega - xi, sigma))
    if not corrected:
        return gabor
    envelope = periodic_band(samples, first, gaussian(omega, sigma))
    constant = -first % samples
    correction = gabor.values[constant] / envelope.values[constant] * envelope.values
    return Band(samples, gabor.first, gabor.values - correction)


def low_pass(T: float, samples: int) -> Band:
    """φ̂ of duration T on `samples` frequencies: a Gaussian, 1 at frequency 0."""
    reach = REACH * BANDWIDTH / T
    first, omega = frequencies(-reach, reach, samples)
    band = periodic_band(samples, first, gaussian(omega, BANDWIDTH / T))
    return Band(samples, first, band.values / band.values[-first % samples])


def frequencies(low: float, high: float, samples: int) -> tuple[int, np.ndarray]:
    """The grid's frequencies from `low` to `high`, not modulo 1, and the number of the first."""
    numbers = np.arange(floor(low * samples), ceil(high * samples) + 1)
    return int(numbers[0]), numbers / samples


def gaussian(omega: np.ndarray, sigma: float) -> np.ndarray:
    """exp(−ω²/2σ²)."""
    return np.exp(-(omega**2) / (2 * sigma**2))
