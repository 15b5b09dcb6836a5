"""The images that cascades take: intensities in [0, 1]."""

import torch


def to_intensities(images: torch.Tensor) -> torch.Tensor:
    """Stored images, uint8 (value/255) or float32 (already in [0, 1]), as float32 in [0, 1]."""
    return images.float() / 255 if images.dtype == torch.uint8 else images.float()
