"""The normalisations by name."""

import torch

from scatterlab.cascades.blocks.local_contrast import LocalContrastNormalisation
from scatterlab.cascades.blocks.response_normalisation import ResponseNormalisation


def normalisation(name: str, channels: int) -> torch.nn.Module:
    """``none``, ``batch`` (Ioffe & Szegedy 2015), ``local_contrast`` or ``response``."""
    makers = {
        "none": torch.nn.Identity,
        "batch": lambda: torch.nn.BatchNorm2d(channels),
        "local_contrast": LocalContrastNormalisation,
        "response": ResponseNormalisation,
    }
    return makers[name]()
