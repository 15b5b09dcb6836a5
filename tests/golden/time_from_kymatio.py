"""Values of Kymatio's Scattering1D, stored for the tests of this project.

Run by `make kymatio` in an environment of its own, where Kymatio imports: writes
time_kymatio.npz, or with --check compares this project's transform with Kymatio's, live, on more
and larger cases.
"""

import sys
import warnings
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("time_kymatio.npz")
STORED = [
    (256, 5, 4, None, 2, 0),
    (97, 4, (3, 2), 5, 2, 0),
    (100, 7, 1, None, 2, 0),
    (300, 6, 8, 64, 1, 0),
    (123, 3, (16, 1), 40, 2, 1),
    (64, 5, 2, 1, 2, 0),
]
"""(size, J, Q, T, max_order, oversampling)."""
LIVE = [
    *STORED,
    (2, 1, 1, 1, 2, 0),
    (3, 1, 1, None, 2, 0),
    (17, 4, 3, 2, 2, 0),
    (128, 1, 16, None, 2, 0),
    (500, 2, (32, 8), 100, 2, 0),
    (1021, 9, (12, 3), 333, 2, 0),
    (1000, 10, 6, None, 1, 0),
    (2000, 8, (7, 5), 256, 2, 3),
    (1024, 6, (4, 4), 31, 2, 10),
    (6007, 10, 8, 3000, 2, 0),
    (2**16, 12, 8, None, 2, 0),
]


def signal(case: int, size: int) -> np.ndarray:
    return np.random.default_rng(case).standard_normal((2, size))


def kymatio_of(size, J, Q, T, max_order, oversampling):
    from kymatio.torch import Scattering1D

    with warnings.catch_warnings(action="ignore"):
        return Scattering1D(
            J, size, Q=Q, T=T, max_order=max_order, oversampling=oversampling
        ).double()


def ours_of(size, J, Q, T, max_order, oversampling):
    from scatterlab import Scattering1D

    return Scattering1D(J, size, Q, T, max_order, bank="kymatio", oversampling=oversampling)


def applied(transform, signals):
    import torch

    return transform(torch.from_numpy(signals)).numpy()


def main() -> None:
    if "--check" not in sys.argv:
        values = {}
        for number, case in enumerate(STORED):
            theirs = kymatio_of(*case)
            values[f"case{number}"] = applied(theirs, signal(number, case[0]))
            meta = theirs.meta()
            values |= {f"{name}{number}": meta[name] for name in ("order", "j", "n", "xi", "sigma")}
        np.savez_compressed(FILE, **values)
        return
    for number, case in enumerate(LIVE):
        signals = signal(number, case[0])
        theirs, ours = applied(kymatio_of(*case), signals), applied(ours_of(*case), signals)
        error = np.abs(ours - theirs).max() / np.abs(theirs).max()
        print(f"size, J, Q, T, order, oversampling = {case}: largest relative error {error:.1e}")
        if ours.shape != theirs.shape or error > 1e-6:
            sys.exit("error: this differs from Kymatio")


if __name__ == "__main__":
    main()
