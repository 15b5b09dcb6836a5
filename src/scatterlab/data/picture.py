"""Decode one image file: any common format, grey or colour, 8 or 16 bits, upright."""

import contextlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from scatterlab.errors import DataError

SUFFIXES = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".bmp",
        ".gif",
        ".tif",
        ".tiff",
        ".webp",
        ".pgm",
        ".ppm",
        ".pbm",
        ".pnm",
    ]
)
"""Files with another suffix are not taken for images."""

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What is in such files, whatever their names say. For others Pillow may run programs: for
PostScript, an interpreter."""

UNREADABLE = (
    OSError,
    SyntaxError,  # what Pillow raises for a broken PNG chunk
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

DEEP_MODES = ("I;16", "I;16B", "I;16L", "I", "F")
GREY_MODES = ("1", "L", "LA", *DEEP_MODES)

ORIENTATION, TURNED = 0x0112, (5, 6, 7, 8)
"""The EXIF tag that says how the camera was held, and its values that swap the sides."""


@dataclass(frozen=True)
class Layout:
    """What the header of an image file says: upright sides in pixels, channels, depth."""

    height: int
    width: int
    channels: int
    deep: bool


def layout_of(data: bytes, where: str) -> Layout:
    """Read the header of an image file. Raises `DataError`, naming it as `where`."""
    with reading(where):
        image = opened(data)
        width, height = image.size
        if image.getexif().get(ORIENTATION) in TURNED:
            width, height = height, width
        channels = 1 if image.mode in GREY_MODES else 3
        return Layout(height, width, channels, image.mode in DEEP_MODES)


def decode(data: bytes, where: str) -> np.ndarray:
    """The image (channel, y, x), 1 or 3 channels: uint8, or float32 in [0, 1] if it is deeper.

    It is turned upright as its EXIF data say. A palette is resolved, CMYK and other colour
    spaces become red, green and blue, transparency is laid over black (the value that padding
    has). 16-bit grey becomes float32; Pillow gives 16-bit colour with 8 bits. Of an animation,
    the first image is taken. Raises `DataError`, naming the file as `where`.
    """
    with reading(where):
        image = ImageOps.exif_transpose(opened(data))
        if image.mode in DEEP_MODES:
            return unit_range(np.asarray(image, np.float32), image.mode)[None]
        pixels = np.asarray(opaque(image))
        return pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)


@contextlib.contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn whatever Pillow raises into a `DataError` that names the file as `where`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UNREADABLE as error:
        raise DataError(
            f"{where}: not a readable image ({error}); mend or remove the file"
        ) from None


def opened(data: bytes) -> Image.Image:
    if not data:
        raise ValueError("the file is empty")
    return Image.open(io.BytesIO(data), formats=FORMATS)


def opaque(image: Image.Image) -> Image.Image:
    """`image` in mode L or RGB, 8 bits, without transparency."""
    grey = image.mode in GREY_MODES
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), layered)
    return image.convert("L" if grey else "RGB")


def unit_range(values: np.ndarray, mode: str) -> np.ndarray:
    """Deep grey values as float32 in [0, 1]: integers are of 16 bits, floats in [0, 1] already."""
    values = values if mode == "F" else values / np.float32(65535)
    if not (values.min() >= 0 and values.max() <= 1):
        raise ValueError("values outside [0, 1]; for integers, outside 16 bits")
    return values
