"""VGG: very deep cascades of 3×3 kernels (Simonyan & Zisserman 2015)."""

import torch
from torch.nn import BatchNorm2d, Conv2d, Dropout, Linear, MaxPool2d, ReLU

from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.sequence import in_sequence
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes
from scatterlab.config.layers import VGG_CONVOLUTIONS

CHANNELS = (64, 128, 256, 512, 512)
"""Of each stage."""


class VGG(StagedNetwork):
    """Convolutions of 3×3 between poolings by 2, then three full layers.

    Layers are ``conv1_1``, …, ``pool1``, ``conv2_1``, …, ``pool5``, ``fc6``, ``fc7`` and
    ``output``. Before ``fc6`` the maps are averaged to 7×7, which they have for images of
    224×224. State-dict names are torchvision's, whose published weights therefore load. VGG-19
    has 143,667,240 parameters for 1000 classes.

    Parameters
    ----------
    image_shape : (channel, y, x), at least 32×32 pixels, else `InputError`.
    classes : K.
    depth : 11, 13, 16 or 19 layers that have weights.
    batch_norm : whether each convolution is followed by batch normalisation.
    seed : of the first weights.
    """

    def __init__(
        self,
        image_shape=(3, 224, 224),
        classes: int = 1000,
        depth: int = 19,
        batch_norm: bool = False,
        seed: int = 0,
    ):
        self.name = f"VGG-{depth}"
        super().__init__(image_shape, image_sizes.VGG)
        layers, channels = convolutional_layers(self.image_shape[0], depth, batch_norm)
        self.features, convolved = in_sequence("features", layers)
        self.avgpool = torch.nn.AdaptiveAvgPool2d(7)
        self.flatten = torch.nn.Flatten()
        full = {
            "fc6": [Linear(512 * 49, 4096), ReLU(), Dropout()],
            "fc7": [Linear(4096, 4096), ReLU(), Dropout()],
            "output": [Linear(4096, classes)],
        }
        self.classifier, decided = in_sequence("classifier", full)
        decided["fc6"] = ("avgpool", "flatten", *decided["fc6"])
        channels |= {"fc6": 4096, "fc7": 4096, "output": classes}
        self.has_stages(
            {name: (channels[name], *modules) for name, modules in (convolved | decided).items()}
        )
        draw_weights(self, seed)


def convolutional_layers(colours: int, depth: int, batch_norm: bool) -> tuple[dict, dict]:
    """The modules, and the channels, of each layer from ``conv1_1`` to ``pool5``."""
    layers, widths, inputs = {}, {}, colours
    counts = zip(VGG_CONVOLUTIONS[depth], CHANNELS, strict=True)
    for stage, (count, channels) in enumerate(counts, start=1):
        for number in range(1, count + 1):
            normalised = [BatchNorm2d(channels)] if batch_norm else []
            convolution = Conv2d(inputs, channels, 3, padding=1)
            layers[f"conv{stage}_{number}"] = [convolution, *normalised, ReLU()]
            widths[f"conv{stage}_{number}"] = channels
            inputs = channels
        layers[f"pool{stage}"] = [MaxPool2d(2)]
        widths[f"pool{stage}"] = channels
    return layers, widths


def network_from_config(spec, image_shape, classes) -> VGG:
    """See `scatterlab.cascades.registry`."""
    return VGG(image_shape, classes, spec["depth"], spec["batch_norm"], spec["seed"])
