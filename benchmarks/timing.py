"""Time transforms in turn, so that whatever else the machine does is the same for all."""

import contextlib
import math
import signal
import time
from collections.abc import Callable, Iterator

import torch

LEAST_SECONDS = 0.3
"""Fast transforms are called again until a measurement takes this long."""


def forward(transform, signals: torch.Tensor) -> torch.Tensor:
    """The transform of `signals`."""
    with torch.no_grad():
        return transform(signals)


def gradient(transform, signals: torch.Tensor) -> torch.Tensor:
    """The transform of `signals`, and back: the gradient of a fixed functional of it."""
    signals = signals.detach().requires_grad_()
    output = transform(signals)
    weights = torch.linspace(-1, 1, output[0].numel(), dtype=output.dtype).view_as(output[0])
    return torch.autograd.grad(output, signals, weights.expand_as(output))[0]


PASSES: dict[str, Callable] = {"forward": forward, "forward + backward": gradient}


def alternating(
    run: Callable, transforms: dict, signals: torch.Tensor, rounds: int
) -> dict[str, list[float]]:
    """Seconds that one signal takes each of `transforms`, in each of `rounds` rounds.

    All take their turn in a round, after one that is not counted.
    """
    repeats = {}
    for name, transform in transforms.items():
        seconds(run, transform, signals)
        once = seconds(run, transform, signals)
        repeats[name] = math.ceil(LEAST_SECONDS / once)
    found: dict[str, list[float]] = {name: [] for name in transforms}
    for _ in range(rounds):
        for name, transform in transforms.items():
            spent = seconds(run, transform, signals, repeats[name])
            found[name].append(spent / repeats[name] / len(signals))
    return found


def seconds(run: Callable, transform, signals: torch.Tensor, repeats: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        run(transform, signals)
    return time.perf_counter() - start


@contextlib.contextmanager
def within(limit: float) -> Iterator[None]:
    """Raise `TimeoutError` in the block after `limit` seconds."""

    def stop(*_):
        raise TimeoutError(f"not done within {limit:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
