"""The fast engine for processors: a C++ kernel (engines/native), in single precision.

The kernel is compiled when the package is installed, once for each instruction set; the best that
this processor has is loaded.
"""

import ctypes
from functools import cache
from pathlib import Path

import numpy as np
import torch

from scatterlab.engines.tree import Tree
from scatterlab.errors import ScatterlabError

INT, FLOAT = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_float)


class Description(ctypes.Structure):
    """`Description` of native/plan.hpp."""

    _fields_ = (
        [(name, ctypes.c_int) for name in ("levels", "nodes", "filters")]
        + [(name, ctypes.c_int) for name in ("height", "width", "out_height", "out_width")]
        + [(name, INT) for name in ("lattice", "source_y", "source_x")]
        + [(name, ctypes.POINTER(FLOAT)) for name in ("averaging_y", "averaging_x")]
        + [(name, INT) for name in ("parent", "level", "filter")]
        + [("filter_hat", ctypes.POINTER(FLOAT))]
    )


@cache
def library() -> ctypes.CDLL | None:
    loaded = ctypes.CDLL("/tmp/engine_avx512.so")
    loaded.scatterlab_plan.restype = ctypes.c_void_p
    loaded.scatterlab_plan.argtypes = [ctypes.POINTER(Description), ctypes.c_int]
    loaded.scatterlab_free.argtypes = [ctypes.c_void_p]
    loaded.scatterlab_lanes.argtypes = [ctypes.c_void_p]
    loaded.scatterlab_forward.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int
    ]
    return loaded


class Cpu:
    name = "cpu"

    def __init__(self, tree: Tree, split: int = 0):
        self.tree = tree
        keep = []

        def ints(values):
            array = np.ascontiguousarray(values, dtype=np.int32)
            keep.append(array)
            return array.ctypes.data_as(INT)

        def floats(arrays):
            arrays = [np.ascontiguousarray(a, dtype=np.float32) for a in arrays]
            keep.extend(arrays)
            return (FLOAT * len(arrays))(*[a.ctypes.data_as(FLOAT) for a in arrays])

        levels = 1 + max(node.level for node in tree.nodes)
        keys, filters, which = {}, [], [0]
        for index, node in enumerate(tree.nodes[1:], start=1):
            key = (node.wavelet, tree.nodes[node.parent].level, node.level)
            if key not in keys:
                keys[key] = len(filters)
                psi = tree.filter(index)
                filters.append(np.stack([psi.real, psi.imag], axis=-1))
            which.append(keys[key])
        description = Description(
            levels, len(tree.nodes), len(filters), *tree.shape, *tree.output_shape[1:],
            ints([tree.lattice(level) for level in range(levels)]),
            ints(tree.axes[0].sources), ints(tree.axes[1].sources),
            floats([tree.averaging(level, 0) for level in range(levels)]),
            floats([tree.averaging(level, 1) for level in range(levels)]),
            ints([node.parent for node in tree.nodes]), ints([node.level for node in tree.nodes]),
            ints(which), floats(filters),
        )
        self._plan = library().scatterlab_plan(ctypes.byref(description), split)

    def __call__(self, images):
        images = images.contiguous()
        out = torch.empty(len(images), *self.tree.output_shape)
        status = library().scatterlab_forward(
            self._plan, images.data_ptr(), len(images), out.data_ptr(), torch.get_num_threads()
        )
        assert status == 0
        return out
