"""Separable scattering against Kymatio 0.3.0, in one process, float32.

    make benchmark

prints images per second of both and their ratio, for the median of alternating runs. Kymatio
imports beside SciPy < 1.17 only: the target makes an environment of its own.
"""

import statistics
import time

import torch
from kymatio.torch import Scattering2D as Kymatio

from scatterlab import Scattering2D

CASES = [
    ((28, 28), 2, 64),
    ((32, 32), 2, 64),
    ((32, 32), 3, 64),
    ((64, 64), 3, 32),
    ((128, 128), 4, 8),
]
"""(shape, J, batch)."""
ROUNDS = 5


def seconds(transform, images) -> float:
    start = time.perf_counter()
    with torch.inference_mode():
        transform(images)
    return time.perf_counter() - start


def main() -> None:
    print(f"{torch.get_num_threads()} threads; images per second, median of {ROUNDS} rounds")
    for shape, J, batch in CASES:
        images = torch.rand(batch, *shape)
        ours, theirs = Scattering2D(J, shape), Kymatio(J, shape)
        pairs = [(seconds(ours, images), seconds(theirs, images)) for _ in range(ROUNDS + 1)][1:]
        speed = [batch / statistics.median(times) for times in zip(*pairs, strict=True)]
        ratio = statistics.median(their / our for our, their in pairs)
        print(
            f"{shape[0]:>4}×{shape[1]:<4} J={J}: scatterlab {speed[0]:8.1f}   "
            f"Kymatio {speed[1]:8.1f}   ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
