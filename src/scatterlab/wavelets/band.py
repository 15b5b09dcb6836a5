"""A function of frequency that is zero outside a band, in no more memory than the band takes."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Band:
    """Values on consecutive frequencies of a grid; zero on all others.

    Attributes
    ----------
    samples : number of frequencies of the grid, k/samples cycles per sample for integer k.
    first : the k of the first value; a k is taken modulo `samples`.
    values : (k,) float64, at most `samples` of them.
    """

    samples: int
    first: int
    values: np.ndarray

    @property
    def places(self) -> np.ndarray:
        """Where the values stand on the whole grid, in the order of `numpy.fft.fftfreq`."""
        return (self.first + np.arange(len(self.values))) % self.samples

    def periodised(self, samples: int) -> np.ndarray:
        """The sum over all frequencies that alias to each of a coarser grid's, (samples,)."""
        return np.bincount(self.places % samples, self.values, minlength=samples)

    def restricted(self, samples: int) -> np.ndarray:
        """The values below a coarser grid's Nyquist frequency, where that grid has zero."""
        if samples == self.samples:
            return self.periodised(samples)
        half = self.samples // 2
        frequency = (self.places + half) % self.samples - half
        low = 2 * np.abs(frequency) < samples
        return np.bincount(frequency[low] % samples, self.values[low], minlength=samples)

    def times(self, factor: np.ndarray) -> "Band":
        """The product with a function on the whole grid."""
        return Band(self.samples, self.first, self.values * factor[self.places])


def periodic_band(samples: int, first: int, values: np.ndarray) -> Band:
    """The band of `values` at frequencies k = `first`, …, which may go round the grid."""
    if len(values) <= samples:
        return Band(samples, first, values)
    rounds = np.zeros(-(-len(values) // samples) * samples)
    rounds[: len(values)] = values
    return Band(samples, first, rounds.reshape(-1, samples).sum(axis=0))
