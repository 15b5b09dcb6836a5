"""A network without fixed pooling: All-CNN-C (Springenberg et al., ICLR workshop 2015)."""

from torch.nn import Conv2d, Dropout, ReLU

from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes

LAYERS = (
    *(("conv1", 96, 3, 1), ("conv2", 96, 3, 1), ("conv3", 96, 3, 2)),
    *(("conv4", 192, 3, 1), ("conv5", 192, 3, 1), ("conv6", 192, 3, 2)),
    *(("conv7", 192, 3, 1), ("conv8", 192, 1, 1)),
)
"""Name, channels, size of the kernels and stride."""


class AllConvolutional(StagedNetwork):
    """Nine convolutions, of which the third and the sixth pool by their stride of 2.

    Layers are ``conv1``, …, ``conv8`` and ``output``, whose maps, one a class, are averaged:
    1,369,738 parameters for three colours and 10 classes. Dropout of 0.2 of the image and of 0.5
    after each layer with a stride. All but ``conv7`` keep the extent of the maps, less the
    stride.

    Parameters
    ----------
    image_shape : (channel, y, x), at least 9×9 pixels, else `InputError`.
    classes : K.
    seed : of the first weights.
    """

    name = "all-convolutional network"

    def __init__(self, image_shape=(3, 32, 32), classes: int = 10, seed: int = 0):
        super().__init__(image_shape, image_sizes.ALL_CONVOLUTIONAL)
        inputs, stages = self.image_shape[0], {}
        self.relu = ReLU()
        self.drop_pixels, self.drop_maps = Dropout(0.2), Dropout(0.5)
        for name, channels, size, stride in LAYERS:
            padding = 0 if name == "conv7" else size // 2
            self.add_module(name, Conv2d(inputs, channels, size, stride, padding))
            stages[name] = (channels, name, "relu")
            inputs = channels
        stages["conv1"] = (96, "drop_pixels", "conv1", "relu")
        stages["conv3"] += ("drop_maps",)
        stages["conv6"] += ("drop_maps",)
        self.output = Conv2d(inputs, classes, 1)
        self.has_stages(stages | {"output": (classes, "output", "relu")})
        draw_weights(self, seed)


def network_from_config(spec, image_shape, classes) -> AllConvolutional:
    """See `scatterlab.cascades.registry`."""
    return AllConvolutional(image_shape, classes, spec["seed"])
