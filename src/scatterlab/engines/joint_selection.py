"""Which engine computes a joint transform."""

from collections.abc import Callable

import torch

from scatterlab.engines import cuda
from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_batched import JointBatched
from scatterlab.engines.joint_reference import JointReference
from scatterlab.errors import InputError


def joint_engine_for(name: str, joint: JointTree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `joint`: maps (batch, *shape) to (batch, *output_shape).

    ``"reference"`` is the textbook loop; ``"cpu"``, ``"cuda"`` and ``"auto"`` are the same batched
    operations, which run wherever their input is. Raises `InputError` for ``"cuda"`` without a
    GPU.
    """
    if name == "reference":
        return JointReference(joint)
    if name == "cuda" and not cuda.available():
        raise InputError('engine "cuda" needs a GPU, and torch finds none: choose "auto"')
    if name == "auto":
        name = "cuda" if cuda.available() else "cpu"
    return JointBatched(joint, name)
