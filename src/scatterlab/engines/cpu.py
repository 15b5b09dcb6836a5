"""The fast engine for processors: a C++ kernel (engines/native), in single precision.

`engines.kernel` loads the kernel for this processor; here a tree is described to it.
"""

import ctypes
import weakref

import numpy as np
import torch

from scatterlab.engines.build import REMEDY
from scatterlab.engines.kernel import library
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError, ScatterlabError

INTEGERS, FLOATS = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_float)
BATCH_BYTES = 4_000_000
"""Bytes of outputs in a batch of `Cpu.batch_size`: some blocks a core, and little memory."""
SPLITS = {"auto": 0, "images": 1, "columns": 2}


class Description(ctypes.Structure):
    """`Description` of native/plan.hpp, field by field."""

    _fields_ = (
        [(name, ctypes.c_int) for name in ("dims", "levels", "nodes", "filters")]
        + [(name, ctypes.c_int) for name in ("height", "width", "out_height", "out_width")]
        + [(name, INTEGERS) for name in ("lattice", "source_y", "source_x", "step")]
        + [(name, ctypes.POINTER(FLOATS)) for name in ("averaging_y", "averaging_x")]
        + [(name, INTEGERS) for name in ("parent", "level", "filter", "begin", "count")]
        + [("filter_hat", ctypes.POINTER(FLOATS))]
    )


class Cpu:
    """The transform that `tree` describes, of float32 tensors in memory.

    Differentiable once. Uses as many threads as `torch.get_num_threads` says. An image's result
    depends neither on the batch it is in nor on the number of threads. Images beyond 1e±18
    overflow or vanish.

    Parameters
    ----------
    tree : the transform.
    lanes : what fills the vectors of the processor: ``"images"``, the ``"columns"`` of one, or
        ``"auto"``, by what is faster: images where enough of them are given, and fit into the
        cache.

    Raises `ScatterlabError` where the kernel is not compiled, or memory is short.
    """

    name = "cpu"

    def __init__(self, tree: Tree, lanes: str = "auto"):
        self.tree, self.lanes = tree, lanes
        self._kernel = library()
        if self._kernel is None:
            raise ScatterlabError(f'engine "cpu" is not compiled: {REMEDY}')
        described = Described(tree)
        self._plan = self._kernel.scatterlab_plan(ctypes.byref(described.fields), SPLITS[lanes])
        if not self._plan:
            raise ScatterlabError(f"not enough memory for the filters of {tree.shape} signals")
        weakref.finalize(self, self._kernel.scatterlab_free, self._plan)

    def __reduce__(self):
        return type(self), (self.tree, self.lanes)

    @property
    def batch_size(self) -> int:
        """Signals that are best given at once: enough for all threads, few enough for the cache."""
        lanes = self._kernel.scatterlab_lanes(self._plan)
        signal = 4 * int(np.prod(self.tree.output_shape))
        return max(1, BATCH_BYTES // (signal * lanes)) * lanes

    @property
    def operations(self) -> tuple[float, float]:
        """Additions, and multiplications or multiply-adds, for the transform of one signal."""
        both = (ctypes.c_double * 2)()
        self._kernel.scatterlab_operations(self._plan, both)
        return both[0], both[1]

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """S x for float32 `signals` of shape (batch, *shape): (batch, *output_shape).

        Raises `InputError` for another dtype or device, and for a second derivative;
        `ScatterlabError` where memory is short.
        """
        check_single(signals)
        if signals.requires_grad and torch.is_grad_enabled():
            return Kernel.apply(signals, self)
        return self.forward(signals)

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        """The transform alone."""
        signals = in_order(signals)
        output = empty(len(signals), *self.tree.output_shape)
        self._send(self._kernel.scatterlab_forward, signals, output)
        return output

    def backward(self, signals: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        """The gradient for `signals`, given that for the output."""
        signals, gradient = in_order(signals), in_order(gradient)
        result = empty(*signals.shape)
        self._send(self._kernel.scatterlab_backward, signals, gradient, result)
        return result

    def _send(self, function, *tensors: torch.Tensor) -> None:
        send(function, self._plan, self.tree.shape, *tensors)


def check_single(signals: torch.Tensor) -> None:
    """Raise `InputError` unless `signals` are float32 in memory."""
    if signals.dtype != torch.float32 or signals.device.type != "cpu":
        raise InputError(
            f'engine "cpu" computes in float32 on the CPU, and got {signals.dtype} on '
            f'{signals.device}: convert the input, or choose engine="auto" or "reference"'
        )


def empty(*shape: int) -> torch.Tensor:
    """A float32 tensor of `shape`. Raises `ScatterlabError` where memory is short.

    NumPy's, which is in large pages where it is large: the system hands them out faster.
    """
    try:
        return torch.from_numpy(np.empty(shape, np.float32))
    except (MemoryError, ValueError) as error:
        gigabytes = 4e-9 * np.prod([float(size) for size in shape])
        raise ScatterlabError(
            f"the result for {shape[0]} signals takes {gigabytes:.1f} GB, more memory than "
            "there is: give fewer at once"
        ) from error


def send(function, plan, shape: tuple[int, ...], *tensors: torch.Tensor) -> None:
    """Call a `function` of the kernel on `tensors` of signals of `shape`; the last is the result.

    Raises `ScatterlabError` where it fails.
    """
    *given, result = (tensor.data_ptr() for tensor in tensors)
    count = len(tensors[0])
    status = function(plan, *given, count, result, torch.get_num_threads())
    if status:
        reason = "not enough memory for its buffers" if status == 1 else "it broke down"
        raise ScatterlabError(
            f'engine "cpu" could not transform {count} signals of {shape}: {reason}'
        )


def in_order(tensor: torch.Tensor) -> torch.Tensor:
    """`tensor` without gaps, copied by NumPy: torch's threads would wait busily for more work."""
    if tensor.is_contiguous():
        return tensor
    return torch.from_numpy(np.ascontiguousarray(tensor.detach().numpy()))


class Kernel(torch.autograd.Function):
    """The kernel as a step of automatic differentiation."""

    @staticmethod
    def forward(ctx, signals, engine):
        ctx.save_for_backward(signals)
        ctx.engine = engine
        return engine.forward(signals)

    @staticmethod
    def backward(ctx, gradient):
        if torch.is_grad_enabled():
            raise InputError(
                'engine "cpu" is differentiable once: choose engine="reference" for second '
                "derivatives (create_graph=True)"
            )
        (signals,) = ctx.saved_tensors
        return ctx.engine.backward(signals, gradient), None


class Described:
    """A tree as `fields` for the kernel; keeps the arrays that they point to."""

    def __init__(self, tree: Tree):
        self._arrays: list = []
        levels = range(1 + max(node.level for node in tree.nodes))
        filters, numbers = distinct_filters(tree)
        begins, spectra = zip(*map(support, filters), strict=True) if filters else ((), ())
        axes = {"y": tree.axes[0], "x": tree.axes[-1]}
        self.fields = Description(
            dims=len(tree.axes),
            levels=len(levels),
            nodes=len(tree.nodes),
            filters=len(filters),
            lattice=self._integers([in_two(tree.lattice(level)) for level in levels]),
            step=self._integers([step_of_outputs(tree, level) for level in levels]),
            averaging_y=self._floats([tree.averaging(level, 0) for level in levels])
            if len(tree.axes) == 2
            else None,
            averaging_x=self._floats([averaging_along_x(tree, level) for level in levels]),
            parent=self._integers([node.parent for node in tree.nodes]),
            level=self._integers([node.level for node in tree.nodes]),
            filter=self._integers(numbers),
            begin=self._integers(begins),
            count=self._integers([len(spectrum) for spectrum in spectra]),
            filter_hat=self._floats(spectra),
            **{f"source_{name}": self._integers(axis.sources) for name, axis in axes.items()},
            **dict(zip(("height", "width"), in_two(tree.shape), strict=True)),
            **dict(zip(("out_height", "out_width"), in_two(tree.output_shape[1:]), strict=True)),
        )

    def _integers(self, values):
        self._arrays.append(np.ascontiguousarray(values, np.int32))
        return self._arrays[-1].ctypes.data_as(INTEGERS)

    def _floats(self, arrays):
        arrays = [np.ascontiguousarray(array, np.float32) for array in arrays]
        self._arrays += arrays
        return (FLOATS * len(arrays))(*(array.ctypes.data_as(FLOATS) for array in arrays))


def distinct_filters(tree: Tree) -> tuple[list[np.ndarray], list[int]]:
    """The filters, each once, and which of them makes each node (the root's is not used)."""
    filters, known, numbers = [], {}, [0]
    for index in range(1, len(tree.nodes)):
        number = known.setdefault(tree.step(index), len(filters))
        if number == len(filters):
            filters.append(tree.filter(index))
        numbers.append(number)
    return filters, numbers


NEGLIGIBLE = 6e-8
"""Of a filter's maximum: below the rounding of single precision."""


def support(filter_hat: np.ndarray) -> tuple[int, np.ndarray]:
    """(begin, values): where a filter of one axis is not negligible, around the circle.

    `values` are complex, real and imaginary parts along the last axis. A filter of two axes is
    given whole.
    """
    if filter_hat.ndim == 2:
        return 0, as_pairs(filter_hat.ravel())
    modulus = np.abs(filter_hat)
    kept = np.flatnonzero(modulus > NEGLIGIBLE * modulus.max())
    if len(kept) == 0:
        return 0, as_pairs(filter_hat[:0])
    gaps = np.diff(kept, append=kept[0] + len(modulus))
    begin = int(kept[(gaps.argmax() + 1) % len(kept)])
    around = np.arange(begin, begin + len(modulus) - gaps.max() + 1) % len(modulus)
    return begin, as_pairs(filter_hat[around])


def as_pairs(values: np.ndarray) -> np.ndarray:
    """Real and imaginary parts along a new last axis, float32."""
    pairs = np.empty((len(values), 2), np.float32)
    pairs[:, 0], pairs[:, 1] = values.real, values.imag
    return pairs


def in_two(shape: tuple[int, ...]) -> tuple[int, int]:
    """The shape of an array of one or two axes as one of two."""
    return (1, *shape) if len(shape) == 1 else shape


def step_of_outputs(tree: Tree, level: int) -> int:
    """Samples of the lattice of `level` between two outputs, along the last axis."""
    axis = tree.axes[-1]
    if len(axis.outputs) < 2:
        return 0
    return int(axis.outputs[1] - axis.outputs[0]) >> int(axis.resolutions[level])


def averaging_along_x(tree: Tree, level: int) -> np.ndarray:
    """The low-pass: the matrix along x, or for one axis the weights of the first output alone."""
    if len(tree.axes) == 2:
        return tree.averaging(level, 1)
    smoothing = tree.smoothing(level)
    return np.fft.fft(smoothing).real / len(smoothing)
