"""Training of all layers at once."""

import torch

from scatterlab.cascades.staged import StagedNetwork


class EndToEnd(torch.nn.Module):
    """What is trained from epoch `first`, from 0, to before `last`: the whole network."""

    def __init__(self, network: StagedNetwork, first: int, last: int):
        super().__init__()
        self.network, self.first, self.last = network, first, last
        self.about: dict[str, str] = {}

    def learned(self) -> dict[str, torch.nn.Parameter]:
        """The parameters that move, by name."""
        return dict(self.named_parameters())

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The output of which the loss is taken, (sample, K)."""
        return self.network.logits(self.network.standardise(images))
