"""The paths of a scattering transform."""

from itertools import combinations, product

import numpy as np

Path = tuple[tuple[int, int], ...]
"""((j1, θ1), (j2, θ2), …): one scale and one angle for each wavelet."""


def scattering_paths(J: int, L: int, max_order: int) -> list[Path]:
    """All frequency-decreasing paths, j1 < j2 < …, by order and then in Kymatio's order.

    There are Σ_m C(J, m)·L^m of them (Bruna & Mallat 2013, §3.1). Others carry almost no energy.
    """
    wavelets = list(product(range(J), range(L)))
    paths: list[Path] = []
    for order in range(max_order + 1):
        found = [
            tuple(zip(scales, angles, strict=True))
            for scales in combinations(range(J), order)
            for angles in product(range(L), repeat=order)
        ]
        paths += sorted(found, key=lambda path: [wavelets.index(step) for step in path])
    return paths


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
