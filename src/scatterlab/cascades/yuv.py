"""A cascade of images in luminance and chrominance."""

from collections.abc import Callable, Mapping

import numpy as np
import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.errors import ConfigError, InputError

RED, GREEN, BLUE = 0.2126, 0.7152, 0.0722
"""Weights of the luminance (ITU-R BT.709)."""
U_MAX, V_MAX = 0.436, 0.615
"""Largest |U| and |V| of intensities in [0, 1]."""


def rgb_to_yuv() -> torch.Tensor:
    """The matrix (3, 3), float64, from (red, green, blue) to (Y, U, V).

    Y = .2126 R + .7152 G + .0722 B, U = .436 (B − Y)/(1 − .0722), V = .615 (R − Y)/(1 − .2126):
    grey has U = V = 0.
    """
    luminance = torch.tensor([RED, GREEN, BLUE], dtype=torch.float64)
    red, _, blue = torch.eye(3, dtype=torch.float64)
    U = U_MAX * (blue - luminance) / (1 - BLUE)
    V = V_MAX * (red - luminance) / (1 - RED)
    return torch.stack([luminance, U, V])


class InYUV(Cascade):
    """Cascades of the luminance Y and the chrominances U, V of colour images.

    Oyallon & Mallat, CVPR 2015, §5. `luminance` takes images of one channel, `chrominance` of
    two, which may be smaller: they are then resized to it (bicubic, against aliasing). The maps
    of both must have one size. Channels are those of Y, then of U and V; their ``colour`` is 0, 1
    and 2. Raises `InputError` for maps of two sizes.
    """

    def __init__(self, luminance: Cascade, chrominance: Cascade):
        super().__init__()
        self.luminance, self.chrominance = luminance, chrominance
        self.image_shape = (3, *luminance.image_shape[1:])
        self.layers = luminance.layers
        self.register_buffer("matrix", rgb_to_yuv(), persistent=False)
        sizes = [cascade.output_shape[1:] for cascade in (luminance, chrominance)]
        if sizes[0] != sizes[1]:
            raise InputError(
                f"chrominance: its maps have {sizes[1][0]}×{sizes[1][1]} pixels, those of the "
                f"luminance {sizes[0][0]}×{sizes[0][1]}; change its size or J so that size / 2^J "
                "is the same"
            )

    @property
    def engine(self) -> str:
        return self.luminance.engine

    @property
    def batch_size(self) -> int | None:
        preferred = self.luminance.batch_size
        return preferred and max(1, preferred // 3)

    def maps(self, images, layer=None):
        yuv = torch.einsum("cd,ndyx->ncyx", self.matrix.to(images), images)
        colours, size = yuv[:, 1:], self.chrominance.image_shape[1:]
        if colours.shape[2:] != size:
            colours = torch.nn.functional.interpolate(
                colours, size, mode="bicubic", antialias=True, align_corners=False
            )
        parts = self.luminance.maps(yuv[:, :1], layer), self.chrominance.maps(colours, layer)
        return torch.cat(parts, dim=1)

    def table(self, layer=None):
        luminance, chrominance = self.luminance.table(layer), self.chrominance.table(layer)
        colour = [np.zeros(len(luminance["order"]), int), 1 + chrominance.pop("colour")]
        none = np.full(len(colour[1]), -1)  # a smaller J may have no path as long as that
        columns = {
            name: np.concatenate([column, chrominance.get(name, none)])
            for name, column in luminance.items()
        }
        return columns | {"colour": np.concatenate(colour)}

    def describe(self, column):
        if column == "colour":
            return {"long_name": "0: luminance Y, 1: chrominance U, 2: chrominance V"}
        return self.luminance.describe(column)


def in_colour(make: Callable, options: Mapping, spec: Mapping, image_shape) -> Cascade:
    """The scattering of a representation, in the colours that `spec` asks for.

    `make` gives it from keyword arguments ``shape, channels`` and `options`. With ``colour: yuv``
    it is that of Y beside that of U and V, the latter with the ``size`` and ``J`` of
    ``chrominance``, where given. Raises `ConfigError` for images without colour.
    """
    channels, *shape = image_shape
    if spec.get("colour", "keep") == "keep":
        return make(shape=shape, channels=channels, **options)
    if channels != 3:
        raise ConfigError(
            f"colour: yuv needs images of 3 channels, not {channels}: set the data set's "
            "`colour: rgb`, or leave `colour` out"
        )
    other = dict(spec.get("chrominance") or {})
    size = other.pop("size", None)
    luminance = make(shape=shape, channels=1, **options)
    smaller = shape if size is None else (size, size)
    chrominance = make(shape=smaller, channels=2, **{**options, **other})
    return InYUV(luminance, chrominance)
