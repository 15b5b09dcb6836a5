"""Modules in one numbered sequence, and the layers that they make."""

from collections.abc import Mapping, Sequence

import torch


def in_sequence(
    name: str, layers: Mapping[str, Sequence[torch.nn.Module]]
) -> tuple[torch.nn.Sequential, dict[str, tuple[str, ...]]]:
    """All modules of `layers` one after the other, and for each layer the names of its own.

    A network that has the sequence as its attribute `name` has them as ``name.0``, ``name.1``, ….
    """
    modules, names = [], {}
    for layer, group in layers.items():
        first = len(modules)
        modules += group
        names[layer] = tuple(f"{name}.{number}" for number in range(first, len(modules)))
    return torch.nn.Sequential(*modules), names
