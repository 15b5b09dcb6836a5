"""The fast engine of joint scattering: a second transform of the C++ kernel (native/joint.hpp).

Its gradient is that of `JointBatched`, which computes the transform once more for it.
"""

import ctypes
import weakref
from itertools import accumulate

import numpy as np
import torch

from scatterlab.engines.build import REMEDY
from scatterlab.engines.cpu import (
    FLOATS,
    INTEGERS,
    SPLITS,
    Described,
    Kernel,
    check_single,
    empty,
    in_order,
    send,
)
from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_batched import JointBatched
from scatterlab.engines.kernel import library
from scatterlab.errors import ScatterlabError
from scatterlab.wavelets.joint_paths import NONE, JointPath

MOST_ANGLES = 32
"""Of the kernel: MOST_ANGLES of native/circle.hpp."""
BATCH_BYTES = 8_000_000
"""Bytes of outputs in a batch of `JointCpu.batch_size`."""


class JointDescription(ctypes.Structure):
    """`JointDescription` of native/joint.hpp, field by field."""

    _fields_ = (
        [(name, ctypes.c_int) for name in ("L", "K", "averaged", "rows", "firsts", "seconds")]
        + [(name, INTEGERS) for name in ("first_node", "first_row", "second_of", "second_node")]
        + [("second_sign", FLOATS), ("second_row", INTEGERS), ("weights", FLOATS)]
    )


class JointCpu:
    """The transform that `joint` describes, of float32 tensors in memory.

    Differentiable, by `JointBatched`. Uses as many threads as `torch.get_num_threads` says. An
    image's result depends neither on the batch it is in nor on the number of threads.

    Parameters
    ----------
    joint : the transform, of at most `MOST_ANGLES` angles.
    lanes : what fills the vectors of the processor; see `Cpu`.

    Raises `ScatterlabError` where the kernel is not compiled, or memory is short.
    """

    name = "cpu"

    def __init__(self, joint: JointTree, lanes: str = "auto"):
        self.joint, self.lanes = joint, lanes
        self._kernel = library()
        if self._kernel is None:
            raise ScatterlabError(f'engine "cpu" is not compiled: {REMEDY}')
        tree, beyond = Described(joint.tree), JointDescribed(joint)
        self._plan = self._kernel.scatterlab_joint_plan(
            ctypes.byref(tree.fields), ctypes.byref(beyond.fields), SPLITS[lanes]
        )
        if not self._plan:
            raise ScatterlabError(f"not enough memory for the filters of {joint.shape} images")
        weakref.finalize(self, self._kernel.scatterlab_joint_free, self._plan)
        self._batched = JointBatched(joint)

    def __reduce__(self):
        return type(self), (self.joint, self.lanes)

    @property
    def batch_size(self) -> int:
        """Images that are best given at once: enough for all threads, few enough for the cache."""
        lanes = self._kernel.scatterlab_joint_lanes(self._plan)
        image = 4 * int(np.prod(self.joint.output_shape))
        return max(1, BATCH_BYTES // (image * lanes)) * lanes

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """S x for float32 `images` (batch, y, x): (batch, *output_shape).

        Raises `InputError` for another dtype or device, `ScatterlabError` where memory is short.
        """
        check_single(images)
        return Kernel.apply(images, self)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The transform alone."""
        images = in_order(images)
        output = empty(len(images), *self.joint.output_shape)
        send(self._kernel.scatterlab_joint_forward, self._plan, self.joint.shape, images, output)
        return output

    def backward(self, images: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        """The gradient for `images`, given that for the output, a batch at a time."""
        size = self._batched.batch_size
        parts = zip(images.split(size), gradient.split(size), strict=True)
        return torch.cat([self._gradient(*part) for part in parts])

    def _gradient(self, images: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        with torch.enable_grad():
            images = images.detach().requires_grad_()
            return torch.autograd.grad(self._batched(images), images, gradient)[0]


class JointDescribed:
    """A joint tree as `fields` for the kernel; keeps the arrays that they point to."""

    def __init__(self, joint: JointTree):
        starts = dict(zip(joint.paths, accumulate(joint.widths, initial=0), strict=False))

        def rows(j1, j2, turn):
            paths = (JointPath(j1, j2, turn, k) for k in range(joint.K + 1))
            return [starts.get(path, -1) for path in paths]

        firsts = sorted({path.j1 for path in joint.paths} - {NONE})
        seconds = list(dict.fromkeys(path[:3] for path in joint.paths if path.j2 != NONE))
        pairs = [joint.second(*second) for second in seconds]
        self._arrays: list = []
        self.fields = JointDescription(
            L=joint.L,
            K=joint.K,
            averaged=joint.averaged,
            rows=joint.output_shape[0],
            firsts=len(firsts),
            seconds=len(seconds),
            first_node=self._of(np.int32, [joint.first(j1) for j1 in firsts]),
            first_row=self._of(np.int32, [rows(j1, NONE, NONE) for j1 in firsts]),
            second_of=self._of(np.int32, [firsts.index(j1) for j1, _, _ in seconds]),
            second_node=self._of(np.int32, [[node for node, _ in pair] for pair in pairs]),
            second_sign=self._of(
                np.float32, [[-1 if flip else 1 for _, flip in pair] for pair in pairs]
            ),
            second_row=self._of(np.int32, [rows(*second) for second in seconds]),
            weights=self._of(np.float32, circle_weights(joint)),
        )

    def _of(self, dtype, values):
        self._arrays.append(np.ascontiguousarray(values, dtype))
        return self._arrays[-1].ctypes.data_as(INTEGERS if dtype == np.int32 else FLOATS)


def circle_weights(joint: JointTree) -> np.ndarray:
    """The filters along θ as sums over a and b, (filter, θ, part, angle); see native/circle.hpp.

    With h the filter on 2L orientations, the sums over a, which has period L, have the weights
    h(θ−i) + h(θ−i−L), and those over b, which changes its sign, h(θ−i) − h(θ−i−L).
    """
    L = joint.L
    h = np.fft.ifft(joint.angular.filters, axis=1)
    lag = np.subtract.outer(np.arange(L), np.arange(L))
    near, far = h[:, lag % (2 * L)], h[:, (lag - L) % (2 * L)]
    even, odd = near + far, near - far
    return np.stack([even.real, even.imag, odd.real, odd.imag], axis=2)
