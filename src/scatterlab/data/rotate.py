"""Turn each image by an angle of its own."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from PIL import Image

from scatterlab.data.source import SPLIT_NAMES


def rotated_images(
    images: Iterable[np.ndarray], numbers: np.ndarray, split: np.ndarray, spec: Mapping
) -> Iterator[np.ndarray]:
    """`images` (channel, y, x), those of the splits in ``spec["splits"]`` turned at random.

    The angle of sample `numbers` [i], of the split `split` [i], is uniform on the circle and
    depends on ``spec["seed"]`` and on that number alone.
    """
    parts = [SPLIT_NAMES.index(name) for name in spec["splits"]]
    for image, number, part in zip(images, numbers, split, strict=True):
        if part in parts:
            angle = np.random.default_rng((spec["seed"], int(number))).uniform(0, 360)
            image = turned(image, angle)
        yield image


def turned(image: np.ndarray, degrees: float) -> np.ndarray:
    """`image` (channel, y, x), uint8 or float32 in [0, 1], turned about its centre, bicubic.

    Counter-clockwise as it is seen; zeros come in from outside.
    """
    planes = [
        np.asarray(Image.fromarray(plane).rotate(degrees, Image.Resampling.BICUBIC))
        for plane in image
    ]
    found = np.stack(planes)
    return np.clip(found, 0, 1) if found.dtype.kind == "f" else found
