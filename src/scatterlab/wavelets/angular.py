"""A bank of Morlet wavelets ψ_k along the circle of orientations, and one low-pass φ."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scatterlab.wavelets.littlewood_paley import opposite
from scatterlab.wavelets.unitary import SIGMA_PHI, SIGMA_PSI, centre_frequency, periodic_gaussian


@dataclass(frozen=True, eq=False)
class AngularBank:
    """Fourier transforms of the filters on the circle of `angles` orientations, all real.

    Attributes
    ----------
    psi : (K, angles) float64, ψ̂_k, of scale 2^k orientations; complex wavelets, of positive
        frequency.
    phi : (angles,) float64, φ̂, of scale 2^K; for K = 0 it changes nothing.
    """

    psi: np.ndarray
    phi: np.ndarray

    @property
    def angles(self) -> int:
        return len(self.phi)

    @property
    def filters(self) -> np.ndarray:
        """ψ̂_0 … ψ̂_{K−1}, then φ̂: (K + 1, angles)."""
        return np.concatenate([self.psi, self.phi[None]])


@lru_cache(maxsize=32)
def angular_bank(angles: int, K: int) -> AngularBank:
    """The bank of `K` octaves on `angles` orientations around the whole circle; cached.

    The Morlet wavelets of `wavelets.unitary` in one dimension, rescaled to a Littlewood–Paley sum
    of 1, so that joint scattering is non-expansive wherever the spatial one is (Sifre & Mallat,
    CVPR 2013, §3; there it is 1 but for rounding of the Gaussians).
    """
    if K == 0:
        return AngularBank(np.zeros((0, angles)), np.ones(angles))
    phi = periodic_gaussian(angles, SIGMA_PHI * 2**K)
    phi /= phi[0]
    xi = centre_frequency(Q=1)
    psi = np.stack([morlet(angles, SIGMA_PSI * 2**k, xi / 2**k) for k in range(K)])
    power = (psi**2).sum(axis=0)
    mean_power = (power + opposite(power)) / 2
    room = 1 - phi**2
    psi *= np.sqrt(np.divide(room, mean_power, out=np.zeros(angles), where=mean_power > 1e-12))
    for array in (psi, phi):
        array.setflags(write=False)
    return AngularBank(psi, phi)


def morlet(samples: int, sigma: float, xi: float) -> np.ndarray:
    """ψ̂ of ψ(θ) = g(θ)(e^{iξθ} − K), periodised to its grid, g a Gaussian of σ = `sigma`."""
    wave, envelope = (periodic_gaussian(samples, sigma, centre) for centre in (xi, 0))
    return wave - wave[0] / envelope[0] * envelope
