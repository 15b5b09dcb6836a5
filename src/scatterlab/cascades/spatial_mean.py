"""The spatial mean of a cascade's maps, for textures, over images of several sizes."""

import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError, InputError

EPSILON = 1e-6
"""Added before the logarithm, in the units of the maps."""


class SpatialMean(Cascade):
    """Φ(x) = mean over sizes and positions of log(S x), a number for each channel.

    A texture is stationary: its coefficients are averaged over the whole image, less the margins
    that see its surroundings. The logarithm comes before the mean, and makes products, such as
    the illumination's, into sums; the mean over images made smaller by √2, 2, … makes it less
    dependent on distance (Sifre & Mallat, CVPR 2013, §4).

    Parameters
    ----------
    cascades : of one kind, for images of each size, the first that of the images given.
    layer : of these, whose maps are averaged.
    log : whether to take log(|S| + 1e−6).
    keep_sizes : whether the means over images of each size stay apart, as the columns of a map.
    margin : rows and columns of the first cascade's maps to leave out on each side; of the
        others' as many, or fewer where that would leave none.

    Raises `InputError` for maps that the margin leaves nothing of.
    """

    def __init__(
        self,
        cascades: list[Cascade],
        layer: str,
        log: bool = False,
        margin: int = 0,
        keep_sizes: bool = False,
    ):
        super().__init__()
        self.cascades, self.layer = torch.nn.ModuleList(cascades), layer
        self.log, self.margin, self.keep_sizes = log, margin, keep_sizes
        self.image_shape, self.layers = cascades[0].image_shape, (layer,)

    @property
    def engine(self) -> str:
        return getattr(self.cascades[0], "engine", "torch")

    @property
    def batch_size(self) -> int | None:
        return getattr(self.cascades[0], "batch_size", None)

    def maps(self, images, layer=None):
        """The means, (sample, channel, 1, 1), or with sizes kept (sample, channel, 1, size)."""
        self.layer_or_last(layer)
        means = torch.cat([self._mean(cascade, images) for cascade in self.cascades], dim=3)
        return means if self.keep_sizes else means.mean(dim=3, keepdim=True)

    def table(self, layer=None):
        return self.cascades[0].table(self.layer)

    def describe(self, column):
        return self.cascades[0].describe(column)

    def _mean(self, cascade: Cascade, images: torch.Tensor) -> torch.Tensor:
        size = cascade.image_shape[1:]
        if images.shape[2:] != size:
            images = torch.nn.functional.interpolate(
                images, size, mode="bicubic", antialias=True, align_corners=False
            )
        maps = self._inside(cascade.maps(images, self.layer), first=cascade is self.cascades[0])
        if self.log:
            maps = torch.log(maps.abs() + EPSILON)
        return maps.mean(dim=(2, 3), keepdim=True)

    def _inside(self, maps: torch.Tensor, first: bool) -> torch.Tensor:
        margin, least = self.margin, min(maps.shape[2:])
        if first and 2 * margin >= least:
            raise InputError(
                f"margin={margin} leaves nothing of maps of {maps.shape[2]}×{maps.shape[3]}; "
                f"it can be at most {(least - 1) // 2}: lower it, or give larger images"
            )
        margin = min(margin, (least - 1) // 2)
        return maps[..., margin : maps.shape[2] - margin, margin : maps.shape[3] - margin]


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`; ``spec["of"]`` is that of the cascades."""
    channels, *shape = image_shape
    cascades = []
    for number in range(spec["sizes"]):
        smaller = tuple(round(side * 2 ** (-number / 2)) for side in shape)
        try:
            cascade, layer = build_representation(spec["of"], (channels, *smaller), classes)
        except InputError as error:
            raise ConfigError(
                f"image size {number + 1} of {spec['sizes']}, {smaller[0]}×{smaller[1]}: {error}"
            ) from None
        cascades.append(cascade)
    averaged = SpatialMean(
        cascades, layer, spec["log"], spec["margin"], spec.get("keep_sizes", False)
    )
    return averaged, layer
