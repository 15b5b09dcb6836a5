"""What a skip does where the number or the extent of the maps changes."""

import torch


class ZeroPadding(torch.nn.Module):
    """Every `stride`-th pixel, and zeros in the new channels: it has no parameters.

    He et al. 2016, §4.2, option A. The new channels are half before and half after the old.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.stride = stride
        self.before = (outputs - inputs) // 2
        self.after = outputs - inputs - self.before

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, input, y, x) → (sample, output, ⌈y/stride⌉, ⌈x/stride⌉)."""
        seen = maps[:, :, :: self.stride, :: self.stride]
        return torch.nn.functional.pad(seen, (0, 0, 0, 0, self.before, self.after))


class Projection(torch.nn.Sequential):
    """A learned 1×1 kernel at every `stride`-th pixel, normalised (option B)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__(
            torch.nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False),
            torch.nn.BatchNorm2d(outputs),
        )


def shortcut(inputs: int, outputs: int, stride: int = 1, padded: bool = True) -> torch.nn.Module:
    """The identity where nothing changes; else zero-padded, or projected where it must be.

    It must be where channels become fewer, or where it is not to be `padded`.
    """
    if (inputs, stride) == (outputs, 1):
        return torch.nn.Identity()
    return (ZeroPadding if padded and outputs >= inputs else Projection)(inputs, outputs, stride)
