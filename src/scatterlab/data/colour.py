"""Grey and colour."""

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in grey (ITU-R BT.601)."""


def channels_of(colour: str, channels: int) -> int:
    """The number of channels after `colour` (keep, grey or rgb)."""
    return {"keep": channels, "grey": 1, "rgb": 3}[colour]


def to_channels(image: np.ndarray, channels: int) -> np.ndarray:
    """`image` (1 or 3, y, x) with 1 (grey) or 3 (red, green, blue) channels, of the same dtype."""
    if image.shape[0] == channels:
        return image
    if channels == 3:
        return np.repeat(image, 3, axis=0)
    grey = np.tensordot(LUMA, image.astype(np.float32), axes=1)[None]
    return np.rint(grey).astype(np.uint8) if image.dtype == np.uint8 else np.clip(grey, 0, 1)
