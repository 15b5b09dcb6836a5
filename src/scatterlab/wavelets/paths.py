"""The paths of a scattering transform."""

from itertools import combinations, product

import numpy as np

Path = tuple[tuple, ...]
"""((j1, θ1), (j2, θ2), …): one scale and one angle for each wavelet.

With Q > 1 wavelets an octave in the first layer, its steps are (j1, θ1, Q), j1 a multiple of 1/Q.
"""


def scattering_paths(J: int, L: int, max_order: int, Q: int = 1) -> list[Path]:
    """All frequency-decreasing paths, j1 < j2 < …, by order and then in Kymatio's order.

    For `Q` = 1 there are Σ_m C(J, m)·L^m of them (Bruna & Mallat 2013, §3.1). Others carry almost
    no energy.
    """
    paths: list[Path] = [()]
    for order in range(1, max_order + 1):
        paths += sorted(
            tuple(zip(scales, angles, strict=True))
            for scales in decreasing_frequencies(J, Q, order)
            for angles in product(range(L), repeat=order)
        )
    if Q > 1:
        paths = [((*path[0], Q), *path[1:]) if path else path for path in paths]
    return paths


def first_scales(J: int, Q: int) -> list:
    """The scales j1 of the first layer: integers, or multiples of 1/Q."""
    return [n // Q if n % Q == 0 else n / Q for n in range(J * Q)]


def decreasing_frequencies(J: int, Q: int, order: int) -> list[tuple]:
    """All (j1, j2, …), j1 < j2 < …, of `order` ≥ 1 scales; from j2 on they are integers."""
    return [
        (first, *later)
        for first in first_scales(J, Q)
        for later in combinations(range(int(first) + 1, J), order - 1)
    ]


def path_table(paths: list[Path]) -> dict[str, np.ndarray]:
    """Columns ``order, j1, theta1, j2, theta2, …``, one row a path; −1 where a path is shorter.

    θ is an index: the angle is ``FilterBank.angles[theta]``.
    """
    columns = {"order": np.array([len(path) for path in paths])}
    for step in range(max(map(len, paths))):
        for name, part in (("j", 0), ("theta", 1)):
            column = [path[step][part] if step < len(path) else -1 for path in paths]
            columns[f"{name}{step + 1}"] = np.array(column)
    return columns
