"""The filters of Kymatio 0.3, to the last bit.

Its users can then change packages without a change in their features. Their rounding (single
precision, π as 3.1415 in the norm) is therefore part of the definition here.
"""

import numpy as np
import scipy.fft

SEPARABLE = False
CENTRED = False
UNDERFLOW = 110.0
"""exp(−110) is below the smallest single-precision number: adding it changes nothing."""


def filters(shape, J: int, L: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ψ̂ (J, L, y, x), φ̂ (y, x) and the angles (L,), as float64 copies of Kymatio's float32."""
    thetas = [(int(L - L / 2 - 1) - index) * np.pi / L for index in range(L)]
    psi = np.stack([[to_fourier(morlet(shape, j, theta, L)) for theta in thetas] for j in range(J)])
    phi = to_fourier(gabor(shape, 0.8 * 2 ** (J - 1), 0, 0, 1.0))
    # Kymatio measures θ from the y axis towards the x axis
    return psi, phi, np.pi / 2 - np.array(thetas)


def to_fourier(filter_in_space: np.ndarray) -> np.ndarray:
    """The real part of the transform; the imaginary part is rounding error."""
    return np.real(scipy.fft.fft2(filter_in_space)).astype(np.float64)


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
    for period in np.ndindex(5, 5):
        starts = [(step - 2) * size for step, size in zip(period, shape, strict=True)]
        window = support(starts, shape, curvature)
        if window is None:
            continue
        y, x = np.mgrid[
            starts[0] + window[0].start : starts[0] + window[0].stop,
            starts[1] + window[1].start : starts[1] + window[1].stop,
        ]
        envelope = -(
            curvature[0, 0] * np.multiply(y, y)
            + (curvature[0, 1] + curvature[1, 0]) * np.multiply(y, x)
            + curvature[1, 1] * np.multiply(x, x)
        )
        total[window] += np.exp(envelope + 1.0j * (y * xi * cosine + x * xi * sine))
    total /= 2 * 3.1415 * sigma * sigma / slant
    return total


def support(starts, shape, curvature) -> tuple[slice, slice] | None:
    """Where in this period the Gaussian does not underflow: index ranges, or None."""
    reach = np.sqrt(UNDERFLOW * np.diag(np.linalg.inv(curvature)))
    window = []
    for start, size, radius in zip(starts, shape, reach, strict=True):
        low = max(0, int(np.ceil(-radius)) - start)
        high = min(size, int(np.floor(radius)) + 1 - start)
        if low >= high:
            return None
        window.append(slice(low, high))
    return tuple(window)
