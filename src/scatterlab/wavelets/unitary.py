"""Morlet wavelets rescaled to a Littlewood–Paley sum of 1.

φ stays Gaussian, hence separable; the wavelets keep their Morlet profile up to one factor per
frequency, common to all of them, that makes |ψ̂|² fill 1 − |φ̂|².
"""

from itertools import product

import numpy as np

from scatterlab.wavelets.littlewood_paley import mirrored, opposite

SEPARABLE = True
CENTRED = True
SIGMA_PSI = 0.8
"""σ of ψ_0 in pixels, along its direction of oscillation (ScatNet's value)."""
SIGMA_PHI = 0.6
"""σ of φ_J in units of 2^J pixels."""
ALIASING = 0.01
"""Share of the energy that the wavelets leave free, times 2Q − 1 for Q of them in an octave.

Subsampling folds the tails of the filters back into the band; with this much room the
subsampled transform is non-expansive too.
"""
REACH = 9.0
"""Standard deviations beyond which a Gaussian, then below 3e−18, counts as zero."""


def filters(shape, J: int, L: int, Q: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ψ̂ (J·Q, L, y, x), φ̂ (y, x) and the angles (L,), θ = πl/L, in float64."""
    angles = np.pi * np.arange(L) / L
    psi = morlets(shape, J, L, Q)
    phi = np.outer(*(periodic_gaussian(size, SIGMA_PHI * 2**J) for size in shape))
    phi /= phi[0, 0]
    power = np.einsum("jlyx,jlyx->yx", psi, psi)
    room = (1 - ALIASING * (2 * Q - 1)) * (1 - phi**2)
    mean_power = (power + opposite(power)) / 2
    psi *= np.sqrt(np.divide(room, mean_power, out=np.zeros(shape), where=mean_power > 1e-12))
    return psi, phi, angles


def morlets(shape, J: int, L: int, Q: int) -> np.ndarray:
    """The Morlet wavelets ψ̂_{j,θ}, (J·Q, L, y, x), each computed once up to symmetry.

    ψ_{π−θ} is the mirror image of ψ_θ along x, and on a square grid ψ_{π/2−θ} its transpose.
    """
    psi = np.empty((J * Q, L, *shape))
    xi = centre_frequency(Q)
    for index in range(L):
        if 2 * index > L:
            psi[:, index] = mirrored(psi[:, L - index], axis=-1)
        elif 4 * index > L and L % 2 == 0 and shape[0] == shape[1]:
            psi[:, index] = psi[:, L // 2 - index].swapaxes(-2, -1)
        else:
            for number in range(J * Q):
                morlet(number / Q, xi, np.pi * index / L, L, out=psi[number, index])
    return psi


def centre_frequency(Q: int) -> float:
    """|ξ| of ψ_0 in radians per pixel: the middle of the highest of `Q` parts of an octave."""
    return (2 ** (-1 / Q) + 1) * np.pi / 2


def morlet(j: float, xi: float, angle: float, L: int, out: np.ndarray) -> None:
    """Set `out` to the transform of ψ_{j,θ}(u) = g(u)(e^{iξ·u} − K), periodised to its grid.

    `xi` is |ξ| for j = 0. g is a Gaussian of σ = 0.8·2^j along ξ and σ·L/4 across it; K makes
    the mean zero (ScatNet's values).
    """
    sigma, xi = SIGMA_PSI * 2**j, xi / 2**j
    along = np.array([np.sin(angle), np.cos(angle)])
    across = np.array([along[1], -along[0]])
    covariance = sigma**2 * (np.outer(along, along) + (L / 4) ** 2 * np.outer(across, across))
    envelope = periodic_gaussian_2d(out.shape, np.zeros(2), covariance)
    out[:] = periodic_gaussian_2d(out.shape, xi * along, covariance)
    envelope *= out[0, 0] / envelope[0, 0]
    out -= envelope


def periodic_gaussian_2d(shape, centre, covariance) -> np.ndarray:
    """Σ_n g(ω+2πn−c), g(ω) = exp(−½ ωᵀΣω), on the grid of `shape` frequencies.

    With Σ = UᵀU, U lower triangular, ωᵀΣω = (U₁₀ω_y + U₁₁ω_x)² + (U₀₀ω_y)².
    """
    total = np.zeros(shape)
    radius = REACH * np.sqrt(np.diag(np.linalg.inv(covariance)))
    u11 = np.sqrt(covariance[1, 1])
    u10 = covariance[0, 1] / u11
    u00 = np.sqrt(covariance[0, 0] - u10**2)
    for (at_y, y), (at_x, x) in product(*map(periods, shape, centre, radius)):
        form = np.add.outer(u10 * y, u11 * x)
        np.square(form, out=form)
        form += ((u00 * y) ** 2)[:, None]
        form *= -0.5
        total[at_y, at_x] += np.exp(form, out=form)
    return total


def periodic_gaussian(size: int, sigma: float, centre: float = 0) -> np.ndarray:
    """Σ_n exp(−σ²(ω+2πn−c)²/2) on `size` frequencies, c the `centre`."""
    total = np.zeros(size)
    for at, omega in periods(size, centre, REACH / sigma):
        total[at] += np.exp(-((sigma * omega) ** 2) / 2)
    return total


def periods(size: int, centre: float, radius: float) -> list[tuple[slice, np.ndarray]]:
    """The frequencies 2πk/`size`, k any integer, within `radius` of `centre`, less `centre`.

    One entry for each period: where k modulo `size` is in the period, and the frequencies.
    """
    unit = 2 * np.pi / size
    first = int(np.ceil((centre - radius) / unit))
    last = int(np.floor((centre + radius) / unit))
    found = []
    for start in range(first - first % size, last + 1, size):
        low, high = max(first, start), min(last + 1, start + size)
        found.append((slice(low - start, high - start), unit * np.arange(low, high) - centre))
    return found
