"""Mean and spread of the intensities of images."""

import numpy as np
import torch

from scatterlab.cascades.intensities import to_intensities
from scatterlab.training.images import HeldImages, StoredImages

BATCH = 1024


def moments(images: HeldImages | StoredImages) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of the intensities, one a colour, in float64.

    They are converted in batches.
    """
    total, squares, count = 0, 0, 0
    for batch in images.batches(np.arange(images.shape[0]), BATCH):
        intensities = to_intensities(batch).double()
        total = total + intensities.sum(dim=(0, 2, 3))
        squares = squares + intensities.square().sum(dim=(0, 2, 3))
        count += batch.numel() // batch.shape[1]
    mean = total / count
    return mean, (squares / count - mean.square()).clamp(min=0).sqrt()
