"""Deformations u ↦ u − τ(u) of the plane: their fields, their sizes, and how they move an image."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Field:
    """A displacement field.

    Attributes
    ----------
    tau : (2, y, x) pixels; τ_y, then τ_x.
    gradient : (2, 2, y, x), ∂τ_i/∂u_k, without unit.
    hessian : (2, 2, 2, y, x), ∂²τ_i/∂u_k∂u_l, per pixel.
    """

    tau: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray

    @property
    def displacement(self) -> float:
        """|τ|_∞, the largest length of a displacement, in pixels."""
        return float(np.linalg.norm(self.tau, axis=0).max())

    @property
    def steepness(self) -> float:
        """‖∇τ‖_∞, the largest operator norm of the Jacobian; the deformation folds from 1 on."""
        return float(
            np.linalg.norm(np.moveaxis(self.gradient, (0, 1), (-2, -1)), 2, (-2, -1)).max()
        )

    @property
    def curvature(self) -> float:
        """‖Hτ‖_∞, the largest Euclidean norm of the second derivatives, per pixel."""
        return float(np.sqrt((self.hessian**2).sum(axis=(0, 1, 2))).max())


def dilation(epsilon: float, shape: tuple[int, int]) -> Field:
    """τ(u) = ε(u − c) about the centre c: the image grows by 1/(1−ε)."""
    gradient = np.broadcast_to(epsilon * np.eye(2)[..., None, None], (2, 2, *shape))
    return Field(epsilon * offsets(shape), gradient, np.zeros((2, 2, 2, *shape)))


def constant(shift: float, shape: tuple[int, int]) -> Field:
    """τ(u) = (0, shift): a translation along x by so many pixels."""
    tau = np.zeros((2, *shape))
    tau[1] = shift
    return Field(tau, np.zeros((2, 2, *shape)), np.zeros((2, 2, 2, *shape)))


def rotation(degrees: float, shape: tuple[int, int]) -> Field:
    """τ(u) = u − c − R⁻¹(u − c): the image turns about its centre, from the x axis towards y."""
    angle = np.deg2rad(degrees)
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    gradient = np.eye(2) - back
    tau = np.tensordot(gradient, offsets(shape), axes=1)
    spread = np.broadcast_to(gradient[..., None, None], (2, 2, *shape))
    return Field(tau, spread, np.zeros((2, 2, 2, *shape)))


def offsets(shape: tuple[int, int]) -> np.ndarray:
    """u − c for every pixel u, (2, y, x)."""
    return np.stack(np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in shape), indexing="ij"))


def smooth(amplitude: float, width: float, shape: tuple[int, int], rng) -> Field:
    """A periodic Gaussian random field of correlation length `width` and |τ|_∞ = `amplitude`.

    Its derivatives are exact: they are taken in the Fourier domain.
    """
    frequencies = np.stack(
        np.meshgrid(*(2 * np.pi * np.fft.fftfreq(n) for n in shape), indexing="ij")
    )
    envelope = np.exp(-(width**2) * (frequencies**2).sum(axis=0) / 4)
    spectrum = np.fft.fft2(rng.standard_normal((2, *shape))) * envelope
    tau = np.fft.ifft2(spectrum).real
    spectrum *= amplitude / np.linalg.norm(tau, axis=0).max()
    first = 1j * frequencies * spectrum[:, None]
    second = 1j * frequencies * first[:, :, None]
    return Field(*(np.fft.ifft2(hat).real for hat in (spectrum, first, second)))


def translate(images: torch.Tensor, by: tuple[float, float]) -> torch.Tensor:
    """Circular translation of (…, y, x) by a fraction of a pixel, exact for band-limited images."""
    spectrum = torch.fft.fft2(images)
    for dim, shift in zip((-2, -1), by, strict=True):
        size = images.shape[dim]
        frequency = torch.fft.fftfreq(size, 1 / size, dtype=images.dtype, device=images.device)
        phase = torch.exp(-2j * torch.pi * frequency * shift / size)
        if size % 2 == 0:
            phase[size // 2] = np.cos(np.pi * shift)
        spectrum = spectrum * (phase if dim == -1 else phase[:, None])
    return torch.fft.ifft2(spectrum).real


def deform(images: torch.Tensor, field: Field, refinement: int = 7) -> torch.Tensor:
    """φ_τ x(u) = x(u − τ(u)) for (sample, channel, y, x), the border repeated outside.

    The image is first sampled `refinement` times more finely (trigonometric interpolation of
    its symmetric extension), then read between samples by cubic interpolation: the error of
    interpolation stays far below that of the smallest deformation. An odd `refinement` keeps the
    pixels among the samples, so that no deformation at all is exact.
    """
    return read(refine(images, refinement), field)


def read(fine: torch.Tensor, field: Field) -> torch.Tensor:
    """φ_τ x for an image that `refine` has sampled more finely, on the grid of `field`."""
    y, x = field.tau.shape[-2:]
    grid = np.meshgrid(np.arange(y), np.arange(x), indexing="ij") - field.tau
    # sample k of the fine image stands at (k + ½)/refinement − ½ pixels
    unit = [2 * (grid[axis] + 0.5) / (y, x)[axis] - 1 for axis in (1, 0)]
    where = torch.from_numpy(np.stack(unit, axis=-1)).to(fine)
    return torch.nn.functional.grid_sample(
        fine, where.expand(len(fine), -1, -1, -1), "bicubic", "border", align_corners=False
    )


def refine(images: torch.Tensor, factor: int) -> torch.Tensor:
    """Sample (…, y, x) `factor` times more finely: cosine interpolation, cell-centred."""
    for dim in (-2, -1):
        size = images.shape[dim]
        rate = torch.arange(size, dtype=torch.float64)
        at = (torch.arange(size * factor, dtype=torch.float64) + 0.5) / factor
        analysis = torch.cos(torch.pi * rate[:, None] * (torch.arange(size) + 0.5) / size)
        analysis *= torch.where(rate == 0, 1.0, 2.0)[:, None] / size
        synthesis = torch.cos(torch.pi * at[:, None] * rate / size)
        matrix = (synthesis @ analysis).to(images)
        images = torch.tensordot(images, matrix, dims=([dim], [1])).movedim(-1, dim)
    return images
