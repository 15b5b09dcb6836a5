"""What all networks share: named stages one after the other, and K last maps that are averaged."""

from collections.abc import Iterable, Mapping

import numpy as np
import torch

from scatterlab.cascades.blocks.standardisation import Standardisation
from scatterlab.cascades.cascade import Cascade
from scatterlab.errors import InputError


class StagedNetwork(Cascade):
    """A cascade whose layers are stages, each a map of the maps before it.

    A subclass makes its modules under the names that its weights have, then says by `has_stages`
    which of them make which layer. Images are standardised first, by moments that belong to the
    weights.

    Parameters
    ----------
    image_shape : (channel, y, x) of the images.
    smallest : least height and width in pixels; smaller images raise `InputError`.
    """

    name = "network"
    """What messages call it."""

    def __init__(self, image_shape: tuple[int, int, int], smallest: int):
        super().__init__()
        self.image_shape = tuple(image_shape)
        colours, height, width = self.image_shape
        if min(height, width) < smallest:
            raise InputError(
                f"{self.name} takes images of at least {smallest}×{smallest} pixels, not "
                f"{height}×{width}: set `size: {smallest}` in the data set's section"
            )
        self.standardise = Standardisation(colours)

    def has_stages(self, stages: Mapping[str, tuple[int, *tuple[str, ...]]]) -> None:
        """Name the layers, first to last: for each its channels, then its modules in turn.

        Modules are named as `torch.nn.Module.get_submodule` finds them.
        """
        self.layers = tuple(stages)
        self.channels = {name: channels for name, (channels, *_) in stages.items()}
        self.modules_of = {name: tuple(modules) for name, (_, *modules) in stages.items()}

    def maps(self, images, layer=None):
        layer = self.layer_or_last(layer)
        self._check(images)
        stages = self.layers[: self.layers.index(layer) + 1]
        return as_maps(self.after(stages, self.standardise(images)))

    def maps_of(self, images, layers):
        wanted = {self.layer_or_last(layer) for layer in layers}
        self._check(images)
        maps, found, done = self.standardise(images), {}, 0
        for place, layer in enumerate(self.layers, start=1):
            if layer in wanted:
                maps = self.after(self.layers[done:place], maps)
                found[layer], done = as_maps(maps), place
        return {layer: found[layer] for layer in layers}

    def after(self, layers: Iterable[str], maps: torch.Tensor) -> torch.Tensor:
        """What consecutive `layers` make of the output of the layer before them."""
        for layer in layers:
            for module in self.modules_in(layer):
                maps = module(maps)
        return maps

    def modules_in(self, layer: str) -> list[torch.nn.Module]:
        """The modules of a layer, in turn."""
        return [self.get_submodule(name) for name in self.modules_of[layer]]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The logits, of shape (sample, class): the spatial average of the last maps."""
        self._check(images)
        return self.logits(self.standardise(images))

    def logits(self, standardised: torch.Tensor) -> torch.Tensor:
        """The logits of standardised images, unchecked: a look at values waits for a GPU."""
        return as_maps(self.after(self.layers, standardised)).mean(dim=(-2, -1))

    def table(self, layer=None):
        return {"feature": np.arange(self.channels[self.layer_or_last(layer)])}

    def _check(self, images):
        if tuple(images.shape[1:]) != self.image_shape or images.ndim != 4:
            raise InputError(
                f"this {self.name} takes a batch of images of shape {self.image_shape} (channel, "
                f"y, x), not a tensor of shape {tuple(images.shape)}"
            )
        if images.dtype != self.standardise.mean.dtype:
            raise InputError(
                f"this {self.name} takes {self.standardise.mean.dtype} in [0, 1], not "
                f"{images.dtype}: convert the images, or the network, with .to(dtype)"
            )
        if not torch.isfinite(images).all():
            raise InputError(f"the images given to {self.name} are not finite (NaN or infinite)")


def as_maps(output: torch.Tensor) -> torch.Tensor:
    """The output of a layer as maps: one without spatial extent gives maps of 1×1 pixel."""
    return output if output.ndim == 4 else output[:, :, None, None]
