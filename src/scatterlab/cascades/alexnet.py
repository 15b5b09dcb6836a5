"""AlexNet, as published in 2012 and as of 2014 (Krizhevsky)."""

import torch
from torch.nn import Conv2d, Dropout, Linear, MaxPool2d, ReLU

from scatterlab.cascades.blocks.response_normalisation import ResponseNormalisation
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.sequence import in_sequence
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes

CHANNELS = {"2012": (96, 256, 384, 384, 256), "2014": (64, 192, 384, 256, 256)}
"""Of conv1, …, conv5."""


class AlexNet(StagedNetwork):
    """Five convolutions and three full layers.

    Layers are ``conv1``, ``pool1``, ``conv2``, ``pool2``, ``conv3``, ``conv4``, ``conv5``,
    ``pool5``, ``fc6``, ``fc7`` and ``output``. Pooling is the maximum over 3×3, at every other
    pixel. Before ``fc6`` the maps are averaged to 6×6, which they have for images of 224×224.

    Variant ``2012`` (Krizhevsky, Sutskever & Hinton) normalises the responses of ``conv1`` and
    ``conv2``, and ``conv2``, ``conv4`` and ``conv5`` see half of the channels each: 60,965,224
    parameters for 1000 classes. Variant ``2014`` ("One weird trick for parallelizing
    convolutional neural networks") has one tower and no normalisation: 61,100,840. State-dict
    names of the latter are torchvision's, whose published weights therefore load.

    Parameters
    ----------
    image_shape : (channel, y, x), at least 63×63 pixels, else `InputError`.
    classes : K.
    variant : ``"2012"`` or ``"2014"``.
    seed : of the first weights.
    """

    name = "AlexNet"

    def __init__(
        self, image_shape=(3, 224, 224), classes: int = 1000, variant: str = "2014", seed: int = 0
    ):
        super().__init__(image_shape, image_sizes.ALEXNET)
        convolutions = convolutional_layers(self.image_shape[0], variant)
        self.features, convolved = in_sequence("features", convolutions)
        self.avgpool = torch.nn.AdaptiveAvgPool2d(6)
        self.flatten = torch.nn.Flatten()
        full = {
            "fc6": [Dropout(), Linear(256 * 36, 4096), ReLU()],
            "fc7": [Dropout(), Linear(4096, 4096), ReLU()],
            "output": [Linear(4096, classes)],
        }
        self.classifier, decided = in_sequence("classifier", full)
        decided["fc6"] = ("avgpool", "flatten", *decided["fc6"])
        counts = enumerate(CHANNELS[variant], start=1)
        channels = {f"conv{number}": count for number, count in counts}
        channels |= {f"pool{number}": channels[f"conv{number}"] for number in (1, 2, 5)}
        channels |= {"fc6": 4096, "fc7": 4096, "output": classes}
        self.has_stages(
            {name: (channels[name], *modules) for name, modules in (convolved | decided).items()}
        )
        draw_weights(self, seed)


def convolutional_layers(colours: int, variant: str) -> dict[str, list[torch.nn.Module]]:
    """The modules of each layer from ``conv1`` to ``pool5``."""
    first, second, third, fourth, fifth = CHANNELS[variant]
    original = variant == "2012"
    groups = 2 if original else 1

    def normalised() -> list[torch.nn.Module]:
        return [ReLU(), ResponseNormalisation()] if original else [ReLU()]

    return {
        "conv1": [Conv2d(colours, first, 11, stride=4, padding=2), *normalised()],
        "pool1": [MaxPool2d(3, 2)],
        "conv2": [Conv2d(first, second, 5, padding=2, groups=groups), *normalised()],
        "pool2": [MaxPool2d(3, 2)],
        "conv3": [Conv2d(second, third, 3, padding=1), ReLU()],
        "conv4": [Conv2d(third, fourth, 3, padding=1, groups=groups), ReLU()],
        "conv5": [Conv2d(fourth, fifth, 3, padding=1, groups=groups), ReLU()],
        "pool5": [MaxPool2d(3, 2)],
    }


def network_from_config(spec, image_shape, classes) -> AlexNet:
    """See `scatterlab.cascades.registry`."""
    return AlexNet(image_shape, classes, spec["variant"], spec["seed"])
