"""Random noise as large as a given change of an image."""

import torch

HALVINGS = 40
"""Of the scale of the noise: then its size is exact to single precision."""


def with_noise(images: torch.Tensor, sizes: torch.Tensor, seed: int) -> torch.Tensor:
    """x' = clip(x + a·n) in [0, 1] with ‖x' − x‖ = size, for Gaussian white noise n.

    `images` have shape (sample, channel, y, x), `sizes` (sample,). The clipping takes a part of
    the noise, so that a is found by bisection for each image. NaN where the size is, or is more
    than clipping leaves of the direction n.
    """
    draw = torch.Generator().manual_seed(seed)
    noise = torch.randn(images.shape, generator=draw, dtype=images.dtype)
    low = torch.zeros_like(sizes)
    # at this scale every pixel of which the noise is not zero is at a bound
    high = 1 / noise.flatten(1).abs().amin(dim=1).clamp_min(1e-6)
    largest = changed_by(images, noise, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = changed_by(images, noise, middle) < sizes
        low, high = torch.where(short, middle, low), torch.where(short, high, middle)
    possible = sizes <= largest  # False for NaN
    return torch.where(shaped(possible), clipped(images, noise, high), torch.nan)


def changed_by(images, noise, scale) -> torch.Tensor:
    """‖x' − x‖ of each image, (sample,)."""
    return (clipped(images, noise, scale) - images).flatten(1).norm(dim=1)


def clipped(images, noise, scale) -> torch.Tensor:
    return (images + shaped(scale) * noise).clamp(0, 1)


def shaped(values: torch.Tensor) -> torch.Tensor:
    """Numbers of images, (sample,), beside their pixels."""
    return values[:, None, None, None]
