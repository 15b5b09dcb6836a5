"""The compiled kernel in native/: the best library that this processor and its system can run."""

import ctypes
import os
import warnings
from functools import cache
from pathlib import Path

import torch

from scatterlab.engines.build import REMEDY, instruction_sets, library_file
from scatterlab.errors import InputError, suggest

VARIABLE = "SCATTERLAB_ISA"
FALL_BACK = (
    "the fast engine is not compiled, or not from the present sources: the reference engine, many "
    f"times slower, is used. To mend it, {REMEDY}"
)


@cache
def library() -> ctypes.CDLL | None:
    """The library for the best instruction set, or for $SCATTERLAB_ISA; None if it is not there.

    Raises `InputError` where $SCATTERLAB_ISA is unknown, or this processor does not have it.
    """
    wanted = chosen()
    loaded = (load(name) for name in reversed(runnable()) if wanted in (None, name))
    return next(filter(None, loaded), None)


def chosen() -> str | None:
    """$SCATTERLAB_ISA, if it is set. Raises `InputError` unless it can be run."""
    wanted, known = os.environ.get(VARIABLE), instruction_sets()
    if not wanted:
        return None
    if wanted not in known:
        raise InputError(f"{VARIABLE}={wanted!r}: {suggest(wanted, known)}")
    if runnable() and wanted not in runnable():
        raise InputError(
            f"{VARIABLE}={wanted!r}: this processor or its system does not have it; "
            f"it has {', '.join(runnable())}"
        )
    return wanted


def runnable() -> list[str]:
    """The instruction sets that this processor and its system have, better ones later.

    The library for the oldest processors says so: it runs everywhere. Empty if it is not there.
    """
    names = list(instruction_sets())
    oldest = load(names[0])
    return [name for name in names if oldest and oldest.scatterlab_runs(name.encode())]


def load(instruction_set: str) -> ctypes.CDLL | None:
    """The library for `instruction_set` with its functions declared; None if it is not there."""
    try:
        loaded = ctypes.CDLL(str(library_file(instruction_set)))
    except OSError:
        return None
    pointer, number, count = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
    declare(loaded.scatterlab_runs, number, ctypes.c_char_p)
    declare(loaded.scatterlab_plan, pointer, pointer, number)
    declare(loaded.scatterlab_free, None, pointer)
    declare(loaded.scatterlab_lanes, number, pointer)
    declare(loaded.scatterlab_forward, number, pointer, pointer, count, pointer, number)
    declare(loaded.scatterlab_backward, number, pointer, pointer, pointer, count, pointer, number)
    declare(loaded.scatterlab_joint_plan, pointer, pointer, pointer, number)
    declare(loaded.scatterlab_joint_free, None, pointer)
    declare(loaded.scatterlab_joint_lanes, number, pointer)
    declare(loaded.scatterlab_joint_forward, number, pointer, pointer, count, pointer, number)
    declare(loaded.scatterlab_operations, None, pointer, pointer)
    declare(loaded.scatterlab_peak_rates, None, pointer)
    declare(loaded.scatterlab_borrow, None, pointer)
    borrow_threads(loaded)
    return loaded


def borrow_threads(kernel: ctypes.CDLL) -> None:
    """Let `kernel` work in the threads of torch's OpenMP, where that is found.

    Those wait busily for a while after each operation of torch, and would take the cores from
    threads of its own. A forked process has none of them.
    """
    torch_library = Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"
    try:
        parallel = ctypes.CDLL(str(torch_library)).GOMP_parallel
    except (OSError, AttributeError):
        return
    kernel.scatterlab_borrow(ctypes.cast(parallel, ctypes.c_void_p))
    os.register_at_fork(after_in_child=lambda: kernel.scatterlab_borrow(None))


def declare(function, result, *arguments) -> None:
    """Say what a function of the library takes and returns."""
    function.restype, function.argtypes = result, arguments


@cache
def warn_once() -> None:
    """Say that the reference engine is used since there is no library."""
    warnings.warn(FALL_BACK, RuntimeWarning, stacklevel=5)
