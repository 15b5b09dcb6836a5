"""Which engine computes a joint transform."""

from collections.abc import Callable

import torch

from scatterlab.engines import cuda
from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_batched import JointBatched
from scatterlab.engines.joint_cpu import MOST_ANGLES, JointCpu
from scatterlab.engines.joint_reference import JointReference
from scatterlab.engines.selection import Auto
from scatterlab.errors import InputError


def joint_engine_for(name: str, joint: JointTree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `joint`: maps (batch, *shape) to (batch, *output_shape).

    ``"reference"`` is the textbook loop, ``"cpu"`` the C++ kernel, ``"cuda"`` and ``"batched"``
    are large operations of torch, which run wherever their input is. ``"auto"`` takes the kernel
    for float32 in memory, and batched operations for all else. Raises `InputError` for ``"cuda"``
    without a GPU, and for ``"cpu"`` with more angles than the kernel has room for.
    """
    if name == "reference":
        return JointReference(joint)
    if name == "cpu":
        if joint.L > MOST_ANGLES:
            raise InputError(
                f'L={joint.L}: engine "cpu" takes up to {MOST_ANGLES} angles: choose "auto"'
            )
        return JointCpu(joint)
    if name == "cuda" and not cuda.available():
        raise InputError('engine "cuda" needs a GPU, and torch finds none: choose "auto"')
    if name == "auto" and joint.L <= MOST_ANGLES:
        return Auto(joint, joint_engine_for, otherwise="batched")
    return JointBatched(joint, "cuda" if cuda.available() else "batched")
