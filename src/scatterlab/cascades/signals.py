"""What every scattering transform asks of its arguments and of the signals it is given."""

import numpy as np
import torch

from scatterlab.engines.selection import ENGINES
from scatterlab.errors import InputError, suggest


def check_integer(name: str, value, least: int) -> None:
    """Raise `InputError` unless `value` is an integer of at least `least`."""
    if not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{name}={value!r}: give an integer of at least {least}")


def check_engine(engine: str) -> None:
    """Raise `InputError` unless `engine` is the name of one."""
    if engine not in ENGINES:
        raise InputError(f"unknown engine {engine!r}; {suggest(str(engine), ENGINES)}")


def check_signals(signals: torch.Tensor, shape: tuple[int, ...]) -> None:
    """Raise `InputError` unless `signals` is a finite real tensor whose last axes are `shape`."""
    if not isinstance(signals, torch.Tensor):
        kind = type(signals).__name__
        raise InputError(f"got a {kind}: give a torch tensor (torch.from_numpy makes one)")
    if signals.dtype not in (torch.float32, torch.float64):
        raise InputError(
            f"got dtype {signals.dtype}: give float32 or float64 (integers: x.float() / 255)"
        )
    if signals.ndim < len(shape) or tuple(signals.shape[-len(shape) :]) != shape:
        last = "last dimension" if len(shape) == 1 else f"last {len(shape)} dimensions"
        raise InputError(
            f"got shape {tuple(signals.shape)}: the {last} must be {shape}, the shape that this "
            "transform was made for"
        )
    if not all_finite(signals):
        raise InputError("the input holds NaN or infinite values: clean it first")


def all_finite(signals: torch.Tensor) -> bool:
    """Whether there is no NaN and no infinity among `signals`.

    In memory this is left to NumPy: torch would wake its threads for it, which then wait busily
    for more work while those of an engine need the cores.
    """
    if signals.device.type != "cpu":
        return bool(torch.isfinite(signals).all())
    return bool(np.isfinite(signals.detach().numpy()).all())
