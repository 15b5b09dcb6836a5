"""Augmentation: images that are altered anew at every step, a whole batch at a time."""

import numpy as np
import torch


def translate(images: torch.Tensor, shift: int, rng: np.random.Generator) -> torch.Tensor:
    """Each image translated by its own random whole number of pixels, at most `shift`, y and x.

    `images` has shape (sample, channel, y, x), any dtype. Translations are uniform on
    {−shift, …, shift}²; what enters at an edge repeats the pixels of that edge.
    """
    if shift == 0:
        return images
    by = torch.from_numpy(rng.integers(-shift, shift, size=(2, len(images), 1), endpoint=True))
    rows, columns = (
        (torch.arange(size) - steps).clamp(0, size - 1)
        for size, steps in zip(images.shape[-2:], by, strict=True)
    )
    images = torch.take_along_dim(images, rows[:, None, :, None], dim=2)
    return torch.take_along_dim(images, columns[:, None, None, :], dim=3)
