"""Bring images to one size: resize, crop or pad."""

import numpy as np
from PIL import Image


def fit_image(image: np.ndarray, size: tuple[int, int], fit: str) -> np.ndarray:
    """`image` (channel, y, x), uint8 or float32 in [0, 1], at `size` (height, width) pixels.

    `fit` is ``resize`` (to `size`, whatever the proportions), ``crop`` (enlarge or shrink until
    both sides just cover `size`, keep the centre) or ``pad`` (shrink to fit inside `size` if
    need be, never enlarge, zeros around it; an odd pixel goes to the bottom or right).
    """
    if image.shape[1:] == tuple(size):
        return image
    return {"resize": resize, "crop": crop, "pad": pad}[fit](image, *size)


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bicubic, with the kernel widened against aliasing when shrinking; floats stay in [0, 1]."""
    if image.shape[1:] == (height, width):
        return image
    planes = [
        np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC))
        for plane in image
    ]
    resized = np.stack(planes)
    return np.clip(resized, 0, 1) if resized.dtype.kind == "f" else resized


def crop(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scale to cover (height, width), then keep the centre."""
    scale = max(height / image.shape[1], width / image.shape[2])
    scaled = resize(image, *scaled_sides(image, scale, np.maximum, (height, width)))
    top, left = (scaled.shape[1] - height) // 2, (scaled.shape[2] - width) // 2
    return scaled[:, top : top + height, left : left + width]


def pad(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Shrink to fit inside (height, width) if larger, then put zeros around it."""
    scale = min(1.0, height / image.shape[1], width / image.shape[2])
    inner = resize(image, *scaled_sides(image, scale, np.minimum, (height, width)))
    top, left = (height - inner.shape[1]) // 2, (width - inner.shape[2]) // 2
    padded = np.zeros((len(image), height, width), image.dtype)
    padded[:, top : top + inner.shape[1], left : left + inner.shape[2]] = inner
    return padded


def scaled_sides(image: np.ndarray, scale: float, bound, size: tuple[int, int]) -> list[int]:
    """Height and width times `scale`, rounded, at least 1, and bounded by `size`."""
    sides = np.maximum(1, np.rint(np.multiply(image.shape[1:], scale)).astype(int))
    return bound(sides, size).tolist()
