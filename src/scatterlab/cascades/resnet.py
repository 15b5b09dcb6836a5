"""Residual networks for images like CIFAR's and like ImageNet's (He, Zhang, Ren & Sun 2016)."""

import torch

from scatterlab.cascades.blocks.residual import BasicBlock, Bottleneck, convolution
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes
from scatterlab.config.layers import RESNET_BLOCKS, cifar_blocks


class ResNet(StagedNetwork):
    """What both families share: stages of residual blocks, the first of each but one strided.

    Layers are ``conv1``, the blocks ``layer1.0``, ``layer1.1``, …, ``avgpool`` and ``output``.
    """

    def add_stages(self, block: type, counts, inputs: int, padded: bool) -> dict:
        """Make ``layer1``, …; stage k has channels of `inputs` times 2^(k − 1)."""
        stages, width = {}, inputs
        for stage, count in enumerate(counts, start=1):
            blocks = []
            for number in range(count):
                stride = 2 if stage > 1 and number == 0 else 1
                blocks.append(block(inputs, width, stride, padded))
                inputs = width * block.expansion
                stages[f"layer{stage}.{number}"] = (inputs, f"layer{stage}.{number}")
            self.add_module(f"layer{stage}", torch.nn.Sequential(*blocks))
            width *= 2
        return stages

    def add_average(self) -> None:
        """Make what averages the last maps, for a full layer."""
        self.relu = torch.nn.ReLU()
        self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
        self.flatten = torch.nn.Flatten()


class ResNetCIFAR(ResNet):
    """6n + 2 layers: three stages of 2n, of 16, 32 and 64 channels (§4.2), shortcuts option A.

    State-dict names are those of the published checkpoints (Y. Idelbayev's). ResNet-20 has
    269,722 parameters for 10 classes.

    Parameters
    ----------
    image_shape : (channel, y, x); the original's are (3, 32, 32).
    classes : K.
    depth : 20, 32, 44, 56 or 110; any 6n + 2.
    seed : of the first weights.
    """

    def __init__(self, image_shape=(3, 32, 32), classes: int = 10, depth: int = 20, seed: int = 0):
        self.name = f"ResNet-{depth}"
        super().__init__(image_shape, image_sizes.RESNET_CIFAR)
        self.conv1 = convolution(self.image_shape[0], 16, 3)
        self.bn1 = torch.nn.BatchNorm2d(16)
        stages = self.add_stages(BasicBlock, cifar_blocks(depth), 16, padded=True)
        self.add_average()
        self.linear = torch.nn.Linear(64, classes)
        self.has_stages(
            {
                "conv1": (16, "conv1", "bn1", "relu"),
                **stages,
                "avgpool": (64, "avgpool"),
                "output": (classes, "flatten", "linear"),
            }
        )
        draw_weights(self, seed)


class ResNetImageNet(ResNet):
    """18, 34, 50, 101 or 152 layers (table 1), shortcuts by projection where the maps change.

    State-dict names are torchvision's, whose published weights therefore load. ResNet-50 has
    25,557,032 parameters for 1000 classes.

    Parameters
    ----------
    image_shape : (channel, y, x); the original's are (3, 224, 224).
    classes : K.
    depth : one of `RESNET_BLOCKS`; of bottlenecks from 50 on.
    seed : of the first weights.
    """

    def __init__(
        self, image_shape=(3, 224, 224), classes: int = 1000, depth: int = 50, seed: int = 0
    ):
        self.name = f"ResNet-{depth}"
        super().__init__(image_shape, image_sizes.RESNET_IMAGENET)
        block = Bottleneck if depth >= 50 else BasicBlock
        self.conv1 = torch.nn.Conv2d(self.image_shape[0], 64, 7, 2, padding=3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(64)
        self.maxpool = torch.nn.MaxPool2d(3, 2, padding=1)
        stages = self.add_stages(block, RESNET_BLOCKS[depth], 64, padded=False)
        self.add_average()
        last = 512 * block.expansion
        self.fc = torch.nn.Linear(last, classes)
        self.has_stages(
            {
                "conv1": (64, "conv1", "bn1", "relu"),
                "maxpool": (64, "maxpool"),
                **stages,
                "avgpool": (last, "avgpool"),
                "output": (classes, "flatten", "fc"),
            }
        )
        draw_weights(self, seed)


def network_from_config(spec, image_shape, classes) -> ResNet:
    """See `scatterlab.cascades.registry`."""
    family = ResNetCIFAR if spec["depth"] in image_sizes.CIFAR_DEPTHS else ResNetImageNet
    return family(image_shape, classes, spec["depth"], spec["seed"])
