"""The paths of scattering in time."""

import numpy as np

from scatterlab.wavelets.time_family import Morlet

TimePath = tuple[int, ...]
"""(n1, n2, …): the number of each wavelet among those of its order."""


def time_paths(wavelets: tuple[tuple[Morlet, ...], ...], max_order: int) -> list[TimePath]:
    """All paths of growing scale, j1 < j2 < …, by order and then by wavelets, as Kymatio's.

    `wavelets` has those of each order. Paths with j2 ≤ j1 carry almost no energy: the modulus
    moves it below the bandwidth of the wavelet before (Andén & Mallat 2014, §III).
    """
    found: list[list[TimePath]] = [[()]]
    for order in range(1, max_order + 1):
        js = [wavelet.j for wavelet in wavelets[order - 1]]
        before = wavelets[order - 2]
        found.append(
            [
                (*path, n)
                for path in found[-1]
                for n, j in enumerate(js)
                if not path or j > before[path[-1]].j
            ]
        )
    return [path for paths in found for path in paths]


def time_path_table(
    wavelets: tuple[tuple[Morlet, ...], ...], paths: list[TimePath], order: int
) -> dict[str, np.ndarray]:
    """Columns ``order, j1, n1, …`` to `order`, one row a path; −1 where a path is shorter."""
    columns = {"order": np.array([len(path) for path in paths])}
    for step in range(order):
        n = np.array([path[step] if step < len(path) else -1 for path in paths])
        js = np.array([wavelet.j for wavelet in wavelets[step]])
        columns[f"j{step + 1}"] = np.where(n >= 0, js[n], -1)
        columns[f"n{step + 1}"] = n
    return columns
