"""What the scattering transforms of images and of sounds share."""

import numpy as np
import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.signals import check_signals


class WaveletCascade(Cascade):
    """A scattering transform of signals of `shape`, computed by an engine.

    Attributes
    ----------
    shape : of a signal, (y, x) or (t,).
    paths : the paths of the outputs, by order.
    max_order : largest number of wavelets in a path; there may be no path that long.
    engine : name of the engine that transforms float32 tensors in memory.
    batch_size : signals that it is best given at once; None: it has no preference.
    output_shape : of the transform of one signal, (path, …).
    """

    def __init__(self, transform, filters, paths: list, max_order: int, channels: int, engine):
        super().__init__()
        self.shape, self.output_shape = transform.shape, transform.output_shape
        self.filters, self.paths, self.max_order = filters, paths, max_order
        height, width = (1, 1, *self.shape)[-2:]
        self.image_shape = (channels, height, width)
        self.layers = tuple(f"S{order}" for order in range(max_order + 1))
        self._engine = engine

    @property
    def engine(self) -> str:
        return self._engine.name

    @property
    def batch_size(self) -> int | None:
        preferred = getattr(self._engine, "batch_size", None)
        return preferred and max(1, preferred // self.image_shape[0])

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        """See the class."""
        check_signals(signals, self.shape)
        batch = signals.shape[: -len(self.shape)]
        if signals.numel() == 0:
            return signals.new_zeros(*batch, *self.output_shape)
        return self._engine(signals.reshape(-1, *self.shape)).reshape(*batch, *self.output_shape)

    def scattering(self, signals: torch.Tensor) -> torch.Tensor:
        """The same as calling it, by the name that Kymatio has for that."""
        return self(signals)

    def maps_of(self, images, layers):
        whole = self.maps(images)
        colours = whole.unflatten(1, (self.image_shape[0], -1))
        return {layer: colours[:, :, : self._count(layer)].flatten(1, 2) for layer in layers}

    def _coloured(self, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """A table of paths as one of paths within channels, where there are several."""
        channels = self.image_shape[0]
        if channels == 1:
            return columns
        colour = np.repeat(np.arange(channels), len(columns["order"]))
        repeated = {name: np.tile(column, channels) for name, column in columns.items()}
        return repeated | {"colour": colour}

    def _order(self, layer: str | None) -> int:
        return self.layers.index(self.layer_or_last(layer))

    def _count(self, layer: str | None) -> int:
        """How many of the paths, which go from order to order, `layer` has."""
        return sum(len(path) <= self._order(layer) for path in self.paths)
