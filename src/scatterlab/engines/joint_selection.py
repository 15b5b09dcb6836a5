"""Which engine computes a joint transform."""

from collections.abc import Callable

import torch

from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_reference import JointReference


def joint_engine_for(name: str, joint: JointTree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `joint`: maps (batch, *shape) to (batch, *output_shape)."""
    return JointReference(joint)
