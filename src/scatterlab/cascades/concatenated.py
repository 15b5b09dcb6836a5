"""Several representations of the same signal, side by side."""

import numpy as np
import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError


class Concatenated(Cascade):
    """The channels of several cascades, one after the other, on one grid of positions.

    With time scatterings of several Q it is the adaptive spectrum of Andén & Mallat (2014, §VII):
    narrow wavelets resolve harmonics, wide ones attacks, and the classifier chooses.

    Parameters
    ----------
    cascades : of the same signals.
    layers : one of each.

    Raises `ConfigError` where their maps are of other sizes.
    """

    def __init__(self, cascades: list[Cascade], layers: list[str]):
        super().__init__()
        self.cascades, self._taken = torch.nn.ModuleList(cascades), layers
        self.image_shape, self.layers = cascades[0].image_shape, ("all",)
        with torch.inference_mode():
            signal = torch.zeros(1, *self.image_shape)
            grids = [tuple(maps.shape[2:]) for maps in self._each(signal)]
        if len(set(grids)) > 1:
            raise ConfigError(
                f"`of`: maps of {' and '.join(f'{y}×{x}' for y, x in grids)} cannot be side by "
                "side; give all the same averaging scale (T, or J)"
            )

    @property
    def engine(self) -> str:
        return getattr(self.cascades[0], "engine", "torch")

    @property
    def batch_size(self) -> int | None:
        sizes = [getattr(cascade, "batch_size", None) for cascade in self.cascades]
        return min(filter(None, sizes), default=None)

    def maps(self, images, layer=None):
        self.layer_or_last(layer)
        return torch.cat(self._each(images), dim=1)

    def table(self, layer=None):
        """The columns of all, −1 where one has none, and ``part``: the number of the cascade."""
        tables = [
            cascade.table(taken) for cascade, taken in zip(self.cascades, self._taken, strict=True)
        ]
        counts = [len(next(iter(table.values()))) for table in tables]
        names = dict.fromkeys(name for table in tables for name in table)
        columns = {
            name: np.concatenate(
                [
                    table.get(name, np.full(count, -1))
                    for table, count in zip(tables, counts, strict=True)
                ]
            )
            for name in names
        }
        return {"part": np.repeat(np.arange(len(counts)), counts), **columns}

    def describe(self, column):
        if column == "part":
            return {"long_name": "number of the representation in `of`"}
        found = [cascade.describe(column) for cascade in self.cascades]
        return found[0] if all(entry == found[0] for entry in found) else {}

    def _each(self, images: torch.Tensor) -> list[torch.Tensor]:
        pairs = zip(self.cascades, self._taken, strict=True)
        return [cascade.maps(images, taken) for cascade, taken in pairs]


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`; ``spec["of"]`` are those of the cascades."""
    built = [build_representation(part, image_shape, classes, weights) for part in spec["of"]]
    cascades, layers = map(list, zip(*built, strict=True))
    return Concatenated(cascades, layers), "all"
