"""The first weights of a network."""

import math

import torch

from scatterlab.cascades.blocks.highway import HighwayGate


def draw_weights(network: torch.nn.Module, seed: int, gain: float = math.sqrt(2)) -> None:
    """Draw the weights of all convolutions and full layers, in place, from `seed` alone.

    They are normal, of variance gain²/fan-in: the variance of the maps stays the same through
    the layers if `gain` is that of the non-linearity, √2 for the ReLU (He, Zhang, Ren & Sun
    2015). Biases start at zero, those of highway gates at their own; normalisations keep theirs.
    """
    draw = torch.Generator().manual_seed(seed)

    def start(module):
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            fan_in = module.weight[0].numel()
            torch.nn.init.normal_(module.weight, 0, gain / math.sqrt(fan_in), generator=draw)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        if isinstance(module, HighwayGate):
            module.close()

    network.apply(start)
