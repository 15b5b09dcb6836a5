"""All that the next epoch depends on, as named tensors."""

from collections.abc import Mapping

import torch

from scatterlab.training.momentum import Momentum


def state_of(phase: torch.nn.Module, optimiser: Momentum) -> dict[str, torch.Tensor]:
    """Weights and buffers by their names in `phase`, and velocities, as a checkpoint keeps them."""
    velocities = {f"velocity.{name}": v for name, v in optimiser.velocities.items()}
    return {**phase.state_dict(), **velocities}


def put_back(tensors: Mapping[str, torch.Tensor], phase: torch.nn.Module, optimiser: Momentum):
    """Put the state that `state_of` gave in place."""
    for name, tensor in state_of(phase, optimiser).items():
        tensor.copy_(tensors[name])


def network_state(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The network's own weights and buffers in a checkpoint of any phase."""
    prefix = "network."
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
