"""The filters of Kymatio 0.3, to the last bit.

Its users can then change packages without a change in their features. Their rounding (single
precision, π as 3.1415 in the norm) is therefore part of the definition here.
"""

from itertools import product

import numpy as np
import scipy.fft

SEPARABLE = False
CENTRED = False
UNDERFLOW = 110.0
"""exp(−110) is below the smallest single-precision number: adding it changes nothing."""


def filters(shape, J: int, L: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ψ̂ (J, L, y, x), φ̂ (y, x) and the angles (L,), as float64 copies of Kymatio's float32."""
    thetas = [(int(L - L / 2 - 1) - index) * np.pi / L for index in range(L)]
    psi = np.empty((J, L, *shape))
    for j, index in np.ndindex(J, L):
        psi[j, index] = to_fourier(morlet(shape, j, thetas[index], L))
    phi = to_fourier(gabor(shape, 0.8 * 2 ** (J - 1), 0, 0, 1.0)).astype(np.float64)
    # Kymatio measures θ from the y axis towards the x axis
    return psi, phi, np.pi / 2 - np.array(thetas)


def to_fourier(filter_in_space: np.ndarray) -> np.ndarray:
    """The real part of the transform; the imaginary part is rounding error."""
    return np.real(scipy.fft.fft2(filter_in_space))


def morlet(shape, j: int, theta: float, L: int) -> np.ndarray:
    """ψ_{j,θ} in space: a Gabor filter less the multiple of its envelope that makes its mean 0."""
    sigma, xi, slant = 0.8 * 2**j, 3.0 / 4.0 * np.pi / 2**j, 4.0 / L
    wave = gabor(shape, sigma, theta, xi, slant)
    envelope = gabor(shape, sigma, theta, 0, slant)
    return wave - np.sum(wave) / np.sum(envelope) * envelope


def gabor(shape, sigma: float, theta: float, xi: float, slant: float) -> np.ndarray:
    """A Gaussian times e^{iξ·u} on the torus of `shape`, summed over 5×5 periods, complex64."""
    total = np.zeros(shape, np.complex64)
    cosine, sine = np.cos(theta), np.sin(theta)
    rotation = np.array([[cosine, -sine], [sine, cosine]], np.float32)
    inverse = np.array([[cosine, sine], [-sine, cosine]], np.float32)
    stretch = np.array([[1, 0], [0, slant * slant]])
    curvature = np.dot(rotation, np.dot(stretch, inverse)) / (2 * sigma * sigma)
    reach = np.sqrt(UNDERFLOW * np.diag(np.linalg.inv(curvature)))
    for (at_y, y), (at_x, x) in product(*map(periods, shape, reach)):
        exponent = np.empty((len(y), len(x)), complex)
        exponent.real = -(
            (curvature[0, 0] * y**2)[:, None]
            + (curvature[0, 1] + curvature[1, 0]) * np.multiply.outer(y, x)
            + curvature[1, 1] * x**2
        )
        exponent.imag = np.add.outer(y * xi * cosine, x * xi * sine)
        seen = exponent.real > -UNDERFLOW
        total[at_y, at_x] += np.exp(exponent, out=np.zeros_like(exponent), where=seen)
    total /= 2 * 3.1415 * sigma * sigma / slant
    return total


def periods(size: int, radius: float) -> list[tuple[slice, np.ndarray]]:
    """Where the integers of the five periods around 0 are within `radius`: one entry a period,
    the places in that period and the integers."""
    found = []
    for start in size * np.arange(-2, 3):
        low = max(start, int(np.ceil(-radius)))
        high = min(start + size, int(np.floor(radius)) + 1)
        if low < high:
            found.append((slice(low - start, high - start), np.arange(low, high)))
    return found
