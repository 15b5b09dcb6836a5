"""Scattering on a graphics card against Kymatio 0.3.0's torch backend, in one process, float32.

    PYTHONPATH=src python benchmarks/gpu_speed.py [--batch 128]

where torch has CUDA and Kymatio is installed (it imports beside SciPy < 1.17 only). Prints one
table; each row is one shape, without and with the gradient:

Kymatio, ours   images per second, median of alternating rounds
ratio           ours over Kymatio's
error           ‖ours − exact‖ / ‖exact‖ on two images, exact in float64 by the reference engine
memory          GiB that ours took from the card at the worst moment
bandwidth       bytes that the steps of our transform read and write, over the time and the
                measured speed of a copy: the share of the card's speed that is used
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

import torch

from scatterlab import Scattering2D
from scatterlab.engines.cuda import available
from scatterlab.engines.gpu.memory import cost_of

CASES = [
    (1, (32, 32), 2),
    (1, (32, 32), 3),
    (1, (64, 64), 3),
    (1, (128, 128), 4),
    (1, (224, 224), 3),
    (3, (32, 32), 2),
]
"""(channels, shape, J)."""
ROUNDS = 9
COPIED = 2**31
"""Bytes of the copy that measures the card."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    case: str
    what: str
    theirs: float
    ours: float
    error: float
    memory: int
    bandwidth: float | None

    def __str__(self) -> str:
        speeds = f"{self.theirs:>11.0f} {self.ours:>11.0f} {self.ours / self.theirs:>7.1f}"
        share = "" if self.bandwidth is None else f"{self.bandwidth:9.0%}"
        return (
            f"{self.case:<13} {self.what:<8} {speeds} {self.error:>9.1e} "
            f"{self.memory / 2**30:>7.2f} {share}"
        )


def seconds(work: Callable[[], object]) -> float:
    """The time that the card takes for `work`."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    work()
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / 1000


def copy_speed() -> float:
    """Bytes per second that the card reads and writes in a copy."""
    source = torch.empty(COPIED, dtype=torch.uint8, device="cuda").random_()
    target = torch.empty_like(source)
    return 2 * COPIED / statistics.median(seconds(lambda: target.copy_(source)) for _ in range(9))


def transform_of(scattering, images: torch.Tensor) -> Callable[[], None]:
    """The transform of `images` alone."""

    def work():
        with torch.inference_mode():
            scattering(images)

    return work


def gradient_of(scattering, images: torch.Tensor) -> Callable[[], None]:
    """The transform of `images`, and the gradient for ones."""
    images = images.clone().requires_grad_()

    def work():
        images.grad = None
        scattering(images).sum().backward()

    return work


def peak(work: Callable[[], None]) -> int:
    """Bytes that the card has reserved at most while `work` runs."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_reserved()
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_reserved() - before


def error_of(ours: Scattering2D, images: torch.Tensor) -> float:
    """Of `ours` on the first two images, beside the reference engine in float64."""
    exact = Scattering2D(ours.J, ours.shape, bank=ours.bank, engine="reference")
    expected = exact(images[:2].double().cpu())
    found = ours(images)[:2].double().cpu()
    return ((found - expected).norm() / expected.norm()).item()


def rows_of(channels: int, shape: tuple[int, int], J: int, batch: int, copied: float):
    """The rows of one case."""
    from kymatio.torch import Scattering2D as Kymatio

    images = torch.rand(batch, channels, *shape, device="cuda")
    theirs = Kymatio(J, shape).cuda()
    ours = Scattering2D(J, shape, bank="kymatio", engine="cuda")
    error = error_of(ours, images)
    moved = cost_of(ours._engine.tree, images.dtype).moved * batch * channels
    case = f"{'3×' if channels > 1 else ''}{shape[0]}² J={J}"
    for what, make in (("forward", transform_of), ("+ grad", gradient_of)):
        work = [make(theirs, images), make(ours, images)]
        memory = peak(work[1])
        work[0]()
        rounds = [[seconds(each) for each in work] for _ in range(ROUNDS)]
        slow, fast = (statistics.median(times) for times in zip(*rounds, strict=True))
        share = moved / fast / copied if what == "forward" else None
        yield Row(case, what, batch / slow, batch / fast, error, memory, share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batch", type=int, default=128, help="images at once")
    batch = parser.parse_args().batch
    if not available():
        sys.exit("error: no graphics card: torch.cuda.is_available() is False here")
    try:
        import kymatio.torch  # noqa: F401
    except ImportError as problem:
        sys.exit(f"error: {problem}; pip install kymatio==0.3.0 'scipy<1.17'")
    copied = copy_speed()
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, batches of {batch}")
    print(f"a copy moves {copied / 1e9:.0f} GB/s\n")
    print(
        f"{'':<22} {'Kymatio':>11} {'ours':>11} {'ratio':>7} {'error':>9} {'memory':>7} bandwidth"
    )
    for channels, shape, J in CASES:
        for row in rows_of(channels, shape, J, batch, copied):
            print(row, flush=True)


if __name__ == "__main__":
    main()
