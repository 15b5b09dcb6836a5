"""The Littlewood–Paley sum, which bounds the norm of a wavelet transform."""

import numpy as np


def littlewood_paley(psi: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """A(ω) = |φ̂(ω)|² + ½ Σ_λ (|ψ̂_λ(ω)|² + |ψ̂_λ(−ω)|²), of the shape of `phi`.

    The transform of real images is non-expansive if and only if max A ≤ 1, and keeps the norm
    where A = 1 (Mallat 2012, Prop. 2.1; Bruna & Mallat 2013, eq. 4). `psi` has shape (…, y, x).
    """
    power = (psi.reshape(-1, *phi.shape) ** 2).sum(axis=0)
    return phi**2 + (power + opposite(power)) / 2


def opposite(spectrum: np.ndarray) -> np.ndarray:
    """f(−ω) for f on the frequencies of `numpy.fft.fftfreq`, along the last two axes."""
    return np.roll(spectrum[..., ::-1, ::-1], (1, 1), axis=(-2, -1))
