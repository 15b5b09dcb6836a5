"""Intensities of stored images: their range, mean and spread."""

import torch

BATCH = 1024


def to_intensities(images: torch.Tensor) -> torch.Tensor:
    """Stored images, uint8 (value/255) or float32 (already in [0, 1]), as float32 in [0, 1]."""
    return images.float() / 255 if images.dtype == torch.uint8 else images.float()


def moments(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of the intensities, one a colour, in float64.

    `images` has shape (sample, channel, y, x), uint8 or float32; it is converted in batches.
    """
    total, squares = 0, 0
    for batch in images.split(BATCH):
        intensities = to_intensities(batch).double()
        total = total + intensities.sum(dim=(0, 2, 3))
        squares = squares + intensities.square().sum(dim=(0, 2, 3))
    count = images.numel() // images.shape[1]
    mean = total / count
    return mean, (squares / count - mean.square()).clamp(min=0).sqrt()
