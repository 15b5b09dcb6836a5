"""Which engine computes a transform."""

from collections.abc import Callable

import torch

from scatterlab.engines.reference import Reference
from scatterlab.engines.tree import Tree

ENGINES = ("auto", "reference", "cpu", "cuda")


def engine_for(name: str, tree: Tree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `tree`: maps (batch, *shape) to (batch, *output_shape)."""
    return Reference(tree)
