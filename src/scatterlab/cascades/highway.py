"""A convolutional highway network (Srivastava, Greff & Schmidhuber 2015)."""

import torch

from scatterlab.cascades.blocks.highway import HighwayGate
from scatterlab.cascades.blocks.pooling import pooling
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes
from scatterlab.config.layers import pooled_highways


class HighwayLayer(torch.nn.Module):
    """y = H·T + x·(1 − T), H = ρ(h ⋆ x) and the gate T of kernels of 3×3."""

    def __init__(self, channels: int, gate_bias: float):
        super().__init__()
        self.transform = torch.nn.Conv2d(channels, channels, 3, padding="same")
        self.highway = HighwayGate(channels, channels, 3, gate_bias)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) to the same shape."""
        return self.highway(maps, torch.relu(self.transform(maps)), maps)


class HighwayNetwork(StagedNetwork):
    """One plain convolution, highway layers of one width, and the maps of the classes.

    It is the network that "Training very deep networks" (NIPS 2015, table 1) reports on MNIST:
    ten layers of 3×3 kernels, 16 or 32 channels wide (the paper's 39 and 151 thousand parameters
    are 38,730 and 151,178 here). Where it pools is a choice of ours that gives these counts: the
    maximum over 2×2 after layers 1, 4 and 7 of ten, so that 28×28 pixels become 3×3, all of which
    the output sees.

    Layers are ``conv1``, ``pool1``, ``highway2``, …, ``output``. An image of other size than
    28×28 gives several maps of ``output``, which are averaged.

    Parameters
    ----------
    image_shape : (channel, y, x), at least 24×24 pixels, else `InputError`.
    classes : K.
    depth : layers with weights, the first and the last included, at least 4.
    width : channels of each.
    gate_bias : first bias of the gates.
    seed : of the first weights.
    """

    name = "highway network"

    def __init__(
        self,
        image_shape=(1, 28, 28),
        classes: int = 10,
        depth: int = 10,
        width: int = 16,
        gate_bias: float = -2.0,
        seed: int = 0,
    ):
        super().__init__(image_shape, image_sizes.HIGHWAY)
        self.conv1 = torch.nn.Conv2d(self.image_shape[0], width, 3, padding="same")
        self.relu = torch.nn.ReLU()
        stages = {"conv1": (width, "conv1", "relu")}
        pooled = pooled_highways(depth)
        for number in range(1, depth):
            if number > 1:
                self.add_module(f"highway{number}", HighwayLayer(width, gate_bias))
                stages[f"highway{number}"] = (width, f"highway{number}")
            if number in pooled:
                name = f"pool{pooled.index(number) + 1}"
                self.add_module(name, pooling("max", width))
                stages[name] = (width, name)
        self.output = torch.nn.Conv2d(width, classes, 3)
        self.has_stages(stages | {"output": (classes, "output")})
        draw_weights(self, seed)


def network_from_config(spec, image_shape, classes) -> HighwayNetwork:
    """See `scatterlab.cascades.registry`."""
    options = {name: spec[name] for name in ("depth", "width", "gate_bias", "seed")}
    return HighwayNetwork(image_shape, classes, **options)
