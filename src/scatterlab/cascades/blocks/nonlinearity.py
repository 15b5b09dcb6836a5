"""The pointwise non-linearities ρ by name, and how large the weights before each may start."""

import math

import torch

from scatterlab.cascades.blocks.modulus import Modulus
from scatterlab.cascades.blocks.scaled_tanh import ScaledTanh
from scatterlab.cascades.blocks.threshold import Threshold

GAINS = {
    "relu": math.sqrt(2),
    "threshold": math.sqrt(2),
    "modulus": 1.0,
    "scaled_tanh": 1.0,
    "sigmoid": 4.0,
}
"""g of the variance g²/fan-in that keeps signals from growing or dying as they go through layers.

The ReLU drops half of the energy (He et al. 2015, eq. 10), the modulus none; LeCun's tanh has
gain 1 by design (LeCun et al. 1998, §4.4); the sigmoid has slope 1/4 at 0 (Glorot & Bengio 2010).
"""


def nonlinearity(name: str, threshold: float = 0.0) -> torch.nn.Module:
    """ρ by its name in `GAINS`; `threshold` is that of ``"threshold"``."""
    if name == "threshold":
        return Threshold(threshold)
    makers = {
        "relu": torch.nn.ReLU,
        "modulus": Modulus,
        "scaled_tanh": ScaledTanh,
        "sigmoid": torch.nn.Sigmoid,
    }
    return makers[name]()
