"""The signals that cascades take: intensities in [0, 1], or a sound's pressure in [−1, 1]."""

import torch


def to_intensities(images: torch.Tensor) -> torch.Tensor:
    """Stored images, uint8 (value/255) or float32 (as they are), as float32."""
    return images.float() / 255 if images.dtype == torch.uint8 else images.float()
