"""Morlet wavelets rescaled to a Littlewood–Paley sum of 1.

φ stays Gaussian, hence separable; the wavelets keep their Morlet profile up to one factor per
frequency, common to all of them, that makes |ψ̂|² fill 1 − |φ̂|².
"""

import numpy as np

from scatterlab.wavelets.littlewood_paley import littlewood_paley, opposite

SEPARABLE = True
CENTRED = True
SIGMA_PSI = 0.8
"""σ of ψ_0 in pixels, along its direction of oscillation (ScatNet's value)."""
SIGMA_PHI = 0.6
"""σ of φ_J in units of 2^J pixels."""
XI = 3 * np.pi / 4
"""Frequency of ψ_0 in radians per pixel."""
ALIASING = 0.01
"""Share of the energy that the wavelets leave free.

Subsampling folds the tails of the filters back into the band; with this much room the
subsampled transform is non-expansive too.
"""


def filters(shape, J: int, L: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ψ̂ (J, L, y, x), φ̂ (y, x) and the angles (L,), θ = πl/L, in float64."""
    omega_y, omega_x = (2 * np.pi * np.fft.fftfreq(size) for size in shape)
    angles = np.pi * np.arange(L) / L
    psi = np.stack([[morlet(omega_y, omega_x, j, angle, L) for angle in angles] for j in range(J)])
    sigma = SIGMA_PHI * 2**J
    phi = np.outer(*(periodic_gaussian(omega, sigma) for omega in (omega_y, omega_x)))
    phi /= phi[0, 0]
    power = (psi**2).sum(axis=(0, 1))
    room = (1 - ALIASING) * (1 - phi**2)
    mean_power = (power + opposite(power)) / 2
    psi *= np.sqrt(np.divide(room, mean_power, out=np.zeros(shape), where=mean_power > 1e-12))
    assert littlewood_paley(psi, phi).max() < 1 + 1e-9
    return psi, phi, angles


def morlet(omega_y, omega_x, j: int, angle: float, L: int) -> np.ndarray:
    """The Fourier transform of ψ_{j,θ}(u) = g(u)(e^{iξ·u} − K), periodised to the grid.

    g is a Gaussian of σ = 0.8·2^j along ξ and σ·L/4 across it; K makes the mean zero.
    """
    sigma, xi = SIGMA_PSI * 2**j, XI / 2**j
    centre = xi * np.sin(angle), xi * np.cos(angle)
    gabor = oriented_gaussian(omega_y, omega_x, centre, sigma, angle, L)
    envelope = oriented_gaussian(omega_y, omega_x, (0, 0), sigma, angle, L)
    return gabor - gabor[0, 0] / envelope[0, 0] * envelope


def oriented_gaussian(omega_y, omega_x, centre, sigma, angle, L) -> np.ndarray:
    """Σ_n exp(−½(ω+2πn−c)ᵀΣ(ω+2πn−c)), Σ of axes σ along `angle` and σ·L/4 across it."""
    total = np.zeros((len(omega_y), len(omega_x)))
    reach = 9 / (sigma * min(1, L / 4))
    for shift_y in 2 * np.pi * np.arange(-2, 3):
        for shift_x in 2 * np.pi * np.arange(-2, 3):
            if max(abs(shift_y - centre[0]), abs(shift_x - centre[1])) > np.pi + reach:
                continue
            y = (omega_y + shift_y - centre[0])[:, None]
            x = (omega_x + shift_x - centre[1])[None, :]
            along = np.cos(angle) * x + np.sin(angle) * y
            across = -np.sin(angle) * x + np.cos(angle) * y
            total += np.exp(-((sigma * along) ** 2 + (sigma * across * L / 4) ** 2) / 2)
    return total


def periodic_gaussian(omega: np.ndarray, sigma: float) -> np.ndarray:
    """Σ_n exp(−σ²(ω+2πn)²/2)."""
    shifts = 2 * np.pi * np.arange(-2, 3)
    return np.exp(-((sigma * (omega[:, None] + shifts)) ** 2) / 2).sum(axis=1)
