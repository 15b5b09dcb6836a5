"""What clutters an image: textures, parts of other images, and backgrounds of another data set.

Each gives one field for each image, of the image's shape, with intensities in [0, 1]. The same
generator of random numbers gives the same fields, so that every representation meets the same.
"""

import numpy as np
import torch
import xarray as xr

from scatterlab.errors import InputError

OCTAVES = 0.5
"""Standard deviation of a texture's band of frequencies about its own, in octaves."""
SPREAD = 0.35
"""Standard deviation of its waves' directions about its own, in radians."""


def textures(
    shape: torch.Size, wavelength: float, contrast: float, rng: np.random.Generator
) -> torch.Tensor:
    """Band-passed Gaussian noise of a random direction for each image of `shape`.

    `shape` is (sample, channel, y, x). White noise is filtered about the frequency 1/`wavelength`
    (pixels), and about a direction that is drawn for each image; mean 0.5, standard deviation
    `contrast`, clipped to [0, 1]. All channels have the same: textures are grey.
    """
    count, channels, *sides = shape
    y, x = np.meshgrid(*map(np.fft.fftfreq, sides), indexing="ij")
    frequency, direction = np.hypot(y, x), np.arctan2(y, x)
    octaves = np.log2(np.maximum(frequency, 1e-9) * wavelength)
    band = np.where(frequency > 0, np.exp(-(octaves**2) / (2 * OCTAVES**2)), 0)
    theta = rng.uniform(0, np.pi, (count, 1, 1))
    apart = (direction - theta + np.pi / 2) % np.pi - np.pi / 2
    filters = band * np.exp(-(apart**2) / (2 * SPREAD**2))
    noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=(count, *sides))) * filters).real
    deviation = noise.std((1, 2), keepdims=True)
    fields = 0.5 + contrast * noise / np.maximum(deviation, 1e-12)
    grey = torch.from_numpy(fields.clip(0, 1)).float()[:, None]
    return grey.expand(-1, channels, -1, -1).contiguous()


def patches(
    images: torch.Tensor, labels: np.ndarray, patch: int, rng: np.random.Generator
) -> torch.Tensor:
    """Mosaics of square parts, of `patch` pixels a side, of images of other classes.

    Each cell of a mosaic is a part, at a random place, of a random one of the `images`
    (sample, channel, y, x) whose label is not that of the image it is for. Raises `InputError` if
    all are of one class.
    """
    others = {label: np.flatnonzero(labels != label) for label in np.unique(labels)}
    if len(others) < 2:
        raise InputError("all images are of one class, and clutter is of parts of other classes'")
    height, width = images.shape[-2:]
    fields = torch.empty_like(images)
    for field, label in zip(fields, labels, strict=True):
        for top, left in cells((height, width), patch):
            cell = field[:, top : top + patch, left : left + patch]
            one = images[rng.choice(others[label])]
            cell[:] = random_part(one, cell.shape[-2:], rng)
    return fields


def crops(backgrounds: xr.DataArray, shape: torch.Size, rng: np.random.Generator) -> torch.Tensor:
    """A part of a random one of `backgrounds`, at a random place, for each image of `shape`.

    `backgrounds` (sample, channel, y, x), uint8 or intensities, are made grey for images of one
    channel, and repeated if they are grey. Raises `InputError` if they are smaller than the images.
    """
    count, channels, *sides = shape
    available = backgrounds.shape[-2:]
    if any(own > side for own, side in zip(sides, available, strict=True)):
        raise InputError(
            f"backgrounds of {available[0]}×{available[1]} pixels are smaller than images of "
            f"{sides[0]}×{sides[1]}: name a data set of larger ones"
        )
    fields = []
    for number in rng.integers(0, len(backgrounds), count):
        one = torch.from_numpy(backgrounds[number].to_numpy().copy())
        fields.append(in_channels(random_part(one, sides, rng), channels))
    return torch.stack(fields)


def in_channels(field: torch.Tensor, channels: int) -> torch.Tensor:
    """Intensities of `field` (channel, y, x) in so many channels."""
    field = field.float() / 255 if field.dtype == torch.uint8 else field.float()
    if field.shape[0] != channels:
        field = field.mean(0, keepdim=True).expand(channels, -1, -1)
    return field


def random_part(image: torch.Tensor, sides, rng: np.random.Generator) -> torch.Tensor:
    """A rectangle of so many pixels of `image` (channel, y, x), at a random place."""
    (height, width), (tall, wide) = sides, image.shape[-2:]
    top, left = rng.integers(0, tall - height + 1), rng.integers(0, wide - width + 1)
    return image[:, top : top + height, left : left + width]


def cells(shape, patch: int) -> list[tuple[int, int]]:
    """First corners of the squares, of `patch` pixels a side, that an image is cut into.

    Those at its ends may be smaller. Raises `InputError` for a patch larger than the image.
    """
    if not 1 <= patch <= min(shape):
        raise InputError(
            f"patch={patch}: a square of 1 to {min(shape)} pixels fits into images of "
            f"{shape[0]}×{shape[1]}"
        )
    return [(top, left) for top in range(0, shape[0], patch) for left in range(0, shape[1], patch)]
