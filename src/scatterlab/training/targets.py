"""What the images of a training are to give."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Targets:
    """The targets of a training's images, and of which images it learns.

    `values` has the sample as its first axis; `names` are those of the network's outputs. `order`
    draws the images of an epoch, as `scatterlab.training.loop.train` takes it; None: each once.
    """

    values: torch.Tensor
    names: tuple[str, ...]
    order: Callable[[np.random.Generator], np.ndarray] | None = None
