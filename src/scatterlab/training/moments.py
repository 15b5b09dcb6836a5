"""Mean and spread of the intensities of stored images."""

import torch

from scatterlab.cascades.intensities import to_intensities

BATCH = 1024


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
