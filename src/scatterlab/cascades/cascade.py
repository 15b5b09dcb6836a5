"""The one interface of fixed and learned representations.

A cascade alternates linear operators, pointwise non-linearities and pooling,
Φ(x) = ρ(P₂ρ(P₁ρ(x⋆Ψ₁)⋆Ψ₂)…): a scattering fixes Ψ to wavelets and ρ to the modulus, a
convolutional network learns Ψ. Classifiers and analyses take a cascade and the name of one of
its layers, and never ask which kind it is.
"""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import torch

from scatterlab.errors import ScatterlabError, suggest


class Cascade(torch.nn.Module):
    """A differentiable map from images to the maps of named layers.

    Attributes
    ----------
    image_shape : (channel, y, x) of the images it takes.
    layers : names of its layers, first to last.
    """

    image_shape: tuple[int, int, int]
    layers: tuple[str, ...]

    @abstractmethod
    def maps(self, images: torch.Tensor, layer: str | None = None) -> torch.Tensor:
        """The maps of `layer` (default: the last), of shape (sample, channel, y, x).

        `images` has shape (sample, channel, y, x), intensities in [0, 1]. A layer without
        spatial extent gives maps of 1×1 pixel. Raises `ScatterlabError` for an unknown layer.
        """

    def maps_of(self, images: torch.Tensor, layers: Sequence[str]) -> dict[str, torch.Tensor]:
        """The maps of several `layers`, as `maps` gives them, by name; in one pass if it can be."""
        return {layer: self.maps(images, layer) for layer in layers}

    @abstractmethod
    def table(self, layer: str | None = None) -> dict[str, np.ndarray]:
        """What each channel of `layer` is: equally long integer columns, one row a channel.

        For scattering ``order, j1, theta1, j2, theta2, …, colour``; −1 where a path is shorter.
        """

    def describe(self, column: str) -> dict:
        """What a column of `table` means, as attributes: ``long_name``, ``units`` and others."""
        return {}

    def layer_or_last(self, layer: str | None) -> str:
        """`layer` if it is one of this cascade's, the last for None; else `ScatterlabError`."""
        if layer is None:
            return self.layers[-1]
        if layer not in self.layers:
            name = type(self).__name__
            raise ScatterlabError(f"{name} has no layer {layer!r}; {suggest(layer, self.layers)}")
        return layer
