"""The image itself, the representation that everything is compared with."""

import numpy as np

from scatterlab.cascades.cascade import Cascade


class Pixels(Cascade):
    """The identity: layer ``pixels``, one channel a colour."""

    layers = ("pixels",)

    def __init__(self, image_shape):
        super().__init__()
        self.image_shape = tuple(image_shape)

    def maps(self, images, layer=None):
        self.layer_or_last(layer)
        return images

    def table(self, layer=None):
        self.layer_or_last(layer)
        return {"colour": np.arange(self.image_shape[0])}


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    return Pixels(image_shape), "pixels"
