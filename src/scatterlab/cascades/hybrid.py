"""A fixed scattering, then layers that learn from its coefficients."""

from collections.abc import Mapping

import torch

from scatterlab.cascades import scattering
from scatterlab.cascades.blocks.nonlinearity import GAINS
from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.convolutional import ConvolutionalNetwork
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes


class LayerOf(torch.nn.Module):
    """One layer of a cascade as a module: images to its maps."""

    def __init__(self, cascade: Cascade, layer: str):
        super().__init__()
        self.cascade, self.layer = cascade, layer

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) → (sample, coefficient, y, x)."""
        return self.cascade.maps(images, self.layer)


class HybridNetwork(ConvolutionalNetwork):
    """A scattering in place of the first layers of a `ConvolutionalNetwork`.

    Oyallon, Belilovsky & Zagoruyko 2017. Its first layer ``scattering`` has the coefficients, of
    which `table` says which is which; each is normalised over the batch before ``stage1_block1``.
    All is differentiable to the image.

    Parameters
    ----------
    image_shape : (channel, y, x); each side at least 2^J times 2 to the number of stages, less
        what is oversampled, else `InputError`.
    classes : number of maps of ``output``.
    spec : a mapping with the keys of `scatterlab.config.networks.Hybrid`.
    """

    name = "hybrid network"

    def __init__(self, image_shape, classes: int, spec: Mapping):
        fixed, stages = spec["scattering"], len(spec["channels"])
        smallest = image_sizes.hybrid(fixed["J"], fixed["oversampling"], stages)
        StagedNetwork.__init__(self, image_shape, smallest)
        self.scattering = LayerOf(*scattering.from_config(fixed, self.image_shape))
        coefficients = len(self.table("scattering")["order"])
        self.normalise = torch.nn.BatchNorm2d(coefficients)
        learned = self.add_stages(coefficients, classes, spec)
        channels, first = learned["stage1_block1"]
        learned["stage1_block1"] = (channels, "normalise", first)
        self.has_stages({"scattering": (coefficients, "scattering"), **learned})
        draw_weights(self, spec["seed"], GAINS[spec["rho"]])

    def table(self, layer=None):
        """Of ``scattering`` the columns of its own table."""
        fixed = self.scattering
        return fixed.cascade.table(fixed.layer) if layer == "scattering" else super().table(layer)

    def describe(self, column):
        return self.scattering.cascade.describe(column)


def network_from_config(spec, image_shape, classes) -> HybridNetwork:
    """See `scatterlab.cascades.registry`."""
    return HybridNetwork(image_shape, classes, spec)
