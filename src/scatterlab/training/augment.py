"""Augmentation: images that are altered anew at every step, a whole batch at a time."""

from functools import cache

import numpy as np
import torch

PADDING = {"repeat": "replicate", "zero": "constant"}
"""What `torch.nn.functional.pad` calls what enters at an edge."""


def augment(images: torch.Tensor, spec: dict, rng: np.random.Generator) -> torch.Tensor:
    """`images` (sample, channel, y, x), float, altered as a network's ``augmentation`` says.

    Draws come from `rng` on the CPU, so that they are the same whatever device `images` are on.
    """
    if spec["shift"]:
        images = translate(images, spec["shift"], rng, spec["edge"])
    if spec["flip"]:
        images = flip(images, rng)
    if spec["deform"]:
        images = deform(images, spec["deform"], spec["width"], rng)
    return images


def translate(
    images: torch.Tensor, shift: int, rng: np.random.Generator, edge: str = "repeat"
) -> torch.Tensor:
    """Each image translated by its own random whole number of pixels, at most `shift`, y and x.

    Translations are uniform on {−shift, …, shift}²; what enters at an edge repeats the pixels of
    that edge, or is ``zero``: then each image is a window of itself with zeros around.
    """
    height, width = images.shape[-2:]
    padded = torch.nn.functional.pad(images, [shift] * 4, PADDING[edge])
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    rows, columns = torch.from_numpy(rng.integers(0, 2 * shift + 1, (2, len(images))))
    return windows[torch.arange(len(images)), :, rows, columns]


def flip(images: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Each image mirrored left to right with probability one half."""
    mirrored = torch.from_numpy(rng.integers(0, 2, len(images), dtype=bool)).to(images.device)
    return torch.where(mirrored[:, None, None, None], images.flip(-1), images)


def deform(
    images: torch.Tensor, largest: float, width: float, rng: np.random.Generator
) -> torch.Tensor:
    """Each image moved to x(u − τ(u)) by its own random smooth field τ.

    The two components of τ are independent Gaussian fields of correlation length `width` pixels
    (`smooth_fields`), scaled so that the largest displacement of each image, |τ|_∞, is uniform on
    [0, `largest`] pixels. Values between pixels are bilinear; outside, the edge is repeated.
    """
    count, _, rows, columns = images.shape
    fields = smooth_fields(count, width, (rows, columns), rng)
    reach = torch.from_numpy(rng.random(count, dtype=np.float32)) * largest
    reach /= fields.square().sum(dim=1).flatten(1).amax(dim=1).sqrt()
    # grid_sample counts x first, in halves of the image
    scale = reach[:, None] * torch.tensor([-2 / columns, -2 / rows])
    where = torch.addcmul(unmoved(rows, columns), fields, scale[:, :, None, None])
    return torch.nn.functional.grid_sample(
        images, where.to(images.device).movedim(1, -1), "bilinear", "border", align_corners=False
    )


def smooth_fields(
    count: int, width: float, shape: tuple[int, int], rng: np.random.Generator
) -> torch.Tensor:
    """`count` pairs of Gaussian random fields, float32 (count, 2, y, x), of variance 1.

    The covariance is exp(−|u − v|²/2w²) for w = `width` pixels. It factors into one of y and one
    of x, so that each field is a product of small matrices with white noise between them.
    """
    rows, columns = (gaussian_factor(size, width) for size in shape)
    noise = rng.standard_normal((count, 2, rows.shape[1], columns.shape[1]), dtype=np.float32)
    return rows @ torch.from_numpy(noise) @ columns.T


@cache
def gaussian_factor(size: int, width: float) -> torch.Tensor:
    """A, float32 (size, rank), of the least rank with A Aᵀ = exp(−(u − v)²/2w²) to 1e-3."""
    at = torch.arange(size, dtype=torch.float64)
    covariance = torch.exp(-((at[:, None] - at) ** 2) / (2 * width**2))
    values, vectors = torch.linalg.eigh(covariance)
    kept = values.cumsum(0) > 1e-3
    return (vectors[:, kept] * values[kept].sqrt()).float()


@cache
def unmoved(height: int, width: int) -> torch.Tensor:
    """Where each pixel is, x then y, for `grid_sample`: float32 (2, y, x)."""
    y, x = ((torch.arange(size) + 0.5) * 2 / size - 1 for size in (height, width))
    return torch.stack([x.expand(height, width), y[:, None].expand(height, width)])
