"""Greedy training: a layer after the other, each for a classifier of its own.

Bengio, Lamblin, Popovici & Larochelle 2007; for convolutional networks and with labels Belilovsky,
Eickenberg & Oyallon 2019. A classifier is one linear map of the spatial means of the layer's maps,
and is thrown away when the next layer's turn comes. The last layer is the network's own.
"""

from itertools import accumulate, pairwise

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.staged import StagedNetwork, as_maps
from scatterlab.errors import ConfigError


class LayerWise(torch.nn.Module):
    """What is trained from epoch `first`, from 0, to before `last`: some layers of a network.

    Parameters
    ----------
    network : the layers before `layers` are fixed: they are run as they are when it is used.
    layers : names of consecutive layers; those without weights follow one that has.
    generator : source of the first weights of the auxiliary classifier.
    """

    def __init__(
        self,
        network: StagedNetwork,
        layers: tuple[str, ...],
        first: int,
        last: int,
        generator: torch.Generator,
    ):
        super().__init__()
        self.network, self.layers, self.first, self.last = network, layers, first, last
        self.about = {"layer": layers[0]}
        self.fixed = network.layers[: network.layers.index(layers[0])]
        self.auxiliary = torch.nn.Identity()
        if layers[-1] != network.layers[-1]:
            inputs, outputs = network.channels[layers[-1]], network.channels[network.layers[-1]]
            self.auxiliary = ConvolutionTensor(inputs, outputs, 1, generator=generator)

    def train(self, mode: bool = True):
        super().train(mode)
        for layer in self.fixed:
            for module in self.network.modules_in(layer):
                module.eval()
        return self

    def learned(self) -> dict[str, torch.nn.Parameter]:
        """The parameters that move, by name: the layers' and the auxiliary classifier's."""
        own = {
            id(parameter)
            for layer in self.layers
            for module in self.network.modules_in(layer)
            for parameter in module.parameters()
        }
        own |= {id(parameter) for parameter in self.auxiliary.parameters()}
        return {name: weight for name, weight in self.named_parameters() if id(weight) in own}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The output of which the loss is taken, (sample, K)."""
        with torch.no_grad():
            maps = self.network.after(self.fixed, self.network.standardise(images))
        maps = as_maps(self.network.after(self.layers, maps))
        return self.auxiliary(maps.mean(dim=(-2, -1), keepdim=True)).flatten(1)


def layer_by_layer(network: StagedNetwork, epochs: int, seed: int) -> list[LayerWise]:
    """The turns of all layers that have weights, which share `epochs` equally, the first most.

    Raises `ConfigError` if there are fewer epochs than such layers.
    """
    groups: list[list[str]] = []
    for layer in network.layers:
        learns = any(True for module in network.modules_in(layer) for _ in module.parameters())
        if learns:
            groups.append([layer])
        elif groups:
            groups[-1].append(layer)
    if epochs < len(groups):
        raise ConfigError(
            f"layer_wise: {len(groups)} layers have weights, and `epochs: {epochs}` are shared "
            f"between them; set `epochs` to {len(groups)} or more"
        )
    share, left = divmod(epochs, len(groups))
    cuts = accumulate((share + (turn < left) for turn in range(len(groups))), initial=0)
    return [
        LayerWise(network, tuple(layers), first, last, torch.Generator().manual_seed(seed + turn))
        for turn, (layers, (first, last)) in enumerate(zip(groups, pairwise(cuts), strict=True))
    ]
