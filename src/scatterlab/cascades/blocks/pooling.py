"""The poolings by name: linear or not, fixed or learned."""

import torch


def pooling(name: str, channels: int) -> torch.nn.Module:
    """Pooling over squares of 2×2 pixels; a last odd row or column is left out.

    ``average`` is linear and fixed, ``max`` not linear and fixed, ``strided`` linear and learned:
    a convolution tensor of 2×2 kernels between all channels, at every other pixel. It maps
    (sample, channel, y, x) to (sample, channel, y // 2, x // 2).
    """
    if name == "strided":
        return torch.nn.Conv2d(channels, channels, 2, stride=2)
    return {"average": torch.nn.AvgPool2d, "max": torch.nn.MaxPool2d}[name](2)
