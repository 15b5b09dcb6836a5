"""Residual blocks: ρ(F(x) + s(x)) (He, Zhang, Ren & Sun 2016)."""

import torch

from scatterlab.cascades.blocks.shortcut import shortcut


class BasicBlock(torch.nn.Module):
    """Two convolutions of 3×3, each normalised, around which x goes by a shortcut s.

    The first has the `stride`. `padded` shortcuts are option A, others projections; s is the
    identity where nothing changes.
    """

    expansion = 1
    """Channels that come out for each of `channels`."""

    def __init__(self, inputs: int, channels: int, stride: int = 1, padded: bool = False):
        super().__init__()
        self.conv1 = convolution(inputs, channels, 3, stride)
        self.bn1 = torch.nn.BatchNorm2d(channels)
        self.conv2 = convolution(channels, channels, 3)
        self.bn2 = torch.nn.BatchNorm2d(channels)
        self.downsample = shortcut(inputs, channels, stride, padded)
        self.relu = torch.nn.ReLU()

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, input, y, x) → (sample, channel, ⌈y/stride⌉, ⌈x/stride⌉)."""
        inner = self.relu(self.bn1(self.conv1(maps)))
        return self.relu(self.bn2(self.conv2(inner)) + self.downsample(maps))


class Bottleneck(torch.nn.Module):
    """1×1 to few `channels`, 3×3 between these, 1×1 to four times as many.

    The stride is that of the 3×3, as in torchvision, whose weights are the published ones (the
    paper has it in the first 1×1).
    """

    expansion = 4
    """Channels that come out for each of `channels`."""

    def __init__(self, inputs: int, channels: int, stride: int = 1, padded: bool = False):
        super().__init__()
        outputs = self.expansion * channels
        self.conv1 = convolution(inputs, channels, 1)
        self.bn1 = torch.nn.BatchNorm2d(channels)
        self.conv2 = convolution(channels, channels, 3, stride)
        self.bn2 = torch.nn.BatchNorm2d(channels)
        self.conv3 = convolution(channels, outputs, 1)
        self.bn3 = torch.nn.BatchNorm2d(outputs)
        self.downsample = shortcut(inputs, outputs, stride, padded)
        self.relu = torch.nn.ReLU()

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, input, y, x) → (sample, 4·channel, ⌈y/stride⌉, ⌈x/stride⌉)."""
        inner = self.relu(self.bn1(self.conv1(maps)))
        inner = self.relu(self.bn2(self.conv2(inner)))
        return self.relu(self.bn3(self.conv3(inner)) + self.downsample(maps))


def convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> torch.nn.Conv2d:
    """A convolution that keeps the extent, less its stride; the bias is the normalisation's."""
    return torch.nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
