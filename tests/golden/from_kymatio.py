"""Values of Kymatio's Scattering2D, stored for the tests of this project.

Run by `make kymatio` in an environment of its own, where Kymatio imports: writes kymatio.npz, or
with --check compares this project's transform with Kymatio's, live, on more and larger cases.
"""

import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("kymatio.npz")
STORED = [((16, 16), 2, 8, 2), ((12, 20), 1, 6, 2), ((8, 8), 3, 4, 2), ((15, 18), 2, 5, 1)]
"""(shape, J, L, max_order)."""
LIVE = [
    *STORED,
    ((32, 32), 5, 4, 2),
    ((28, 28), 3, 8, 2),
    ((64, 32), 4, 8, 2),
    ((30, 41), 3, 16, 2),
    ((128, 96), 4, 8, 1),
]


def image(case: int, shape) -> np.ndarray:
    return np.random.default_rng(case).random((2, *shape))


def by_kymatio(shape, J, L, max_order, images):
    import torch
    from kymatio.torch import Scattering2D

    transform = Scattering2D(J, shape, L=L, max_order=max_order).double()
    return transform(torch.from_numpy(images)).numpy()


def by_us(shape, J, L, max_order, images):
    import torch

    from scatterlab import Scattering2D

    transform = Scattering2D(J, shape, L, max_order, bank="kymatio")
    return transform(torch.from_numpy(images)).numpy()


def main() -> None:
    if "--check" not in sys.argv:
        values = {
            f"case{number}": by_kymatio(*case, image(number, case[0]))
            for number, case in enumerate(STORED)
        }
        np.savez_compressed(FILE, **values)
        return
    for number, case in enumerate(LIVE):
        images = image(number, case[0])
        theirs, ours = by_kymatio(*case, images), by_us(*case, images)
        error = np.abs(ours - theirs).max() / np.abs(theirs).max()
        print(f"shape, J, L, order = {case}: largest relative difference {error:.1e}")
        if ours.shape != theirs.shape or error > 1e-6:
            sys.exit("error: this differs from Kymatio")


if __name__ == "__main__":
    main()
