"""The Littlewood–Paley sum, which bounds the norm of a wavelet transform."""

import numpy as np


def littlewood_paley(psi: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """A(ω) = |φ̂(ω)|² + ½ Σ_λ (|ψ̂_λ(ω)|² + |ψ̂_λ(−ω)|²), of the shape of `phi`.

    The transform of real images is non-expansive if and only if max A ≤ 1, and keeps the norm
    where A = 1 (Mallat 2012, Prop. 2.1; Bruna & Mallat 2013, eq. 4). `phi` has one axis or two,
    and `psi` the same after any others.
    """
    power = (psi.reshape(-1, *phi.shape) ** 2).sum(axis=0)
    return phi**2 + (power + opposite(power)) / 2


def opposite(spectrum: np.ndarray) -> np.ndarray:
    """f(−ω) for f on the frequencies of `numpy.fft.fftfreq` along all its axes."""
    for axis in range(spectrum.ndim):
        spectrum = mirrored(spectrum, axis)
    return spectrum


def mirrored(spectrum: np.ndarray, axis: int) -> np.ndarray:
    """f with the sign of its frequencies along `axis` reversed; they are as in `opposite`."""
    return np.roll(np.flip(spectrum, axis), 1, axis)
