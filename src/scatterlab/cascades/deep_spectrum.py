"""The deep scattering spectrum: time scattering made ready to compare sounds by."""

import numpy as np
import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.frequency_scattering import FrequencyScattering
from scatterlab.cascades.time_scattering import Scattering1D
from scatterlab.errors import InputError

EPSILON = 2.0**-20
"""Added to a denominator and before the logarithm (Andén & Mallat's software); for samples whose
full scale is 1."""


class DeepSpectrum(Cascade):
    """Time scattering, renormalised, as logarithms, scattered along log frequency on request.

    Andén & Mallat, IEEE TSP 2014. In this order:

    - `renormalise` (§V-A): each coefficient of order 2 is divided by its parent of order 1 plus
      2^−20, so that it no longer depends on the amplitude that its first wavelet sees;
    - `log`: log(S + 2^−20), which makes convolutions along time, such as those of a room or a
      microphone, and changes of loudness, into sums;
    - `frequency` (§VI): the coefficients of order 1 are scattered along log λ1 as well: a
      transposition moves them along that axis, and the averages over 2^frequency wavelets and the
      moduli at scales up to that are insensitive to it. They are appended.

    Parameters
    ----------
    scattering : the time scattering.
    renormalise, log : whether to.
    frequency : log of the scale along log λ1, in wavelets; None: not scattered along it.

    Raises `InputError` for a `frequency` scale beyond the number of wavelets, or without order 1.
    """

    def __init__(
        self,
        scattering: Scattering1D,
        renormalise: bool = False,
        log: bool = False,
        frequency: int | None = None,
    ):
        super().__init__()
        self.scattering, self.log = scattering, log
        self.image_shape, self.layers = scattering.image_shape, scattering.layers
        self._parents = self._numbers_of_parents() if renormalise else None
        self.along_frequency = None
        if frequency is not None:
            if scattering.max_order == 0:
                raise InputError("frequency: there is no order 1 to scatter; set max_order to 1")
            first = sum(len(path) == 1 for path in scattering.paths)
            self.along_frequency = FrequencyScattering(first, frequency)

    @property
    def engine(self) -> str:
        return self.scattering.engine

    @property
    def batch_size(self) -> int | None:
        return self.scattering.batch_size

    def maps(self, images, layer=None):
        """(sample, channel, 1, t) to (sample, coefficient, 1, time)."""
        layer = self.layer_or_last(layer)
        maps = self.scattering.maps(images, layer).unflatten(1, (self.image_shape[0], -1))
        if self._parents is not None:
            maps = self._renormalised(maps)
        if self.log:
            maps = torch.log(maps.clamp_min(0) + EPSILON)
        if self._scattered(layer):
            first = maps[:, :, self._orders(layer) == 1]
            maps = torch.cat([maps, self.along_frequency(first)], dim=2)
        return maps.flatten(1, 2)

    def table(self, layer=None):
        """As `Scattering1D`'s; with ``frequency`` also ``mu`` and ``place``.

        ``mu`` is the number of the wavelet along log λ1, or that of the low-pass, one more than
        the last; ``place`` counts the steps along log λ1. Both are −1 elsewhere.
        """
        layer = self.layer_or_last(layer)
        columns = self.scattering.table(layer)
        if not self._scattered(layer):
            return columns
        channels = self.image_shape[0]
        extra = self.along_frequency.table()
        count = len(extra["mu"])
        plain = {name: np.full(len(columns["order"]), -1) for name in extra}
        along = {name: np.full(count, -1) for name in columns if name != "colour"}
        along["order"] = np.where(extra["mu"] == self.along_frequency.low_pass, 1, 2)
        found = {}
        for name in [*columns, *extra]:
            if name == "colour":
                own, more = columns[name], np.repeat(np.arange(channels), count)
            else:
                own = columns[name] if name in columns else plain[name]
                more = np.tile(along[name] if name in along else extra[name], channels)
            blocks = zip(np.split(own, channels), np.split(more, channels), strict=True)
            found[name] = np.concatenate([part for block in blocks for part in block])
        return found

    def describe(self, column):
        return {
            "mu": {
                "long_name": "number of the wavelet along log frequency; the last: the low-pass",
                "none": -1,
            },
            "place": {"long_name": "step along log frequency", "none": -1},
        }.get(column) or self.scattering.describe(column)

    def _numbers_of_parents(self) -> torch.Tensor:
        """For each path, the number of its parent; its own for orders 0 and 1."""
        numbers = {path: number for number, path in enumerate(self.scattering.paths)}
        return torch.tensor(
            [
                numbers[path[:-1]] if len(path) > 1 else number
                for number, path in enumerate(self.scattering.paths)
            ]
        )

    def _renormalised(self, maps: torch.Tensor) -> torch.Tensor:
        parents = self._parents[: maps.shape[2]].to(maps.device)
        deeper = (parents != torch.arange(len(parents), device=maps.device))[:, None, None]
        return torch.where(deeper, maps / (maps[:, :, parents] + EPSILON), maps)

    def _scattered(self, layer: str) -> bool:
        return self.along_frequency is not None and layer != "S0"

    def _orders(self, layer: str) -> np.ndarray:
        count = len(self.scattering.table(layer)["order"]) // self.image_shape[0]
        return np.array([len(path) for path in self.scattering.paths[:count]])


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    channels, height, samples = image_shape
    if height != 1:
        raise InputError(
            f"time scattering is of sounds, and this data set has images of {height}×{samples}; "
            "take kind scattering"
        )
    names = ("J", "Q", "T", "max_order", "bank", "padding", "engine", "oversampling")
    options = {name: spec[name] for name in names if name in spec}
    scattering = Scattering1D(shape=samples, channels=channels, **options)
    settings = {name: spec[name] for name in ("renormalise", "log", "frequency") if name in spec}
    return DeepSpectrum(scattering, **settings), scattering.layers[-1]
