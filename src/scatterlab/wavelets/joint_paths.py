"""The paths of joint scattering over positions and orientations."""

from typing import NamedTuple

import numpy as np

from scatterlab.wavelets.paths import decreasing_frequencies, first_scales

NONE = -1


class JointPath(NamedTuple):
    """A path of roto-translation scattering; −1 where it has no such filter.

    Attributes
    ----------
    j1 : scale of the first wavelet ψ_{j1,θ}, whose θ becomes a coordinate; a multiple of 1/Q.
    j2 : scale of the second in space, ψ_{j2,θ+turn}(u).
    turn : its angle relative to θ, an index.
    k : the filter along θ: ψ_k, or the low-pass φ for k = K.
    """

    j1: float = NONE
    j2: int = NONE
    turn: int = NONE
    k: int = NONE

    def order(self, K: int) -> int:
        """Number of moduli: φ(u)φ(θ) adds none to the first."""
        if self.j1 == NONE:
            return 0
        return 1 if self.j2 == NONE and self.k == K else 2


def joint_paths(J: int, L: int, K: int, max_order: int, Q: int = 1) -> list[JointPath]:
    """All paths for `J` octaves, `L` angles and `K` angular wavelets, by order.

    There are `Q` first wavelets an octave.

    Order 1 is φ(u)φ(θ), averages of |x⋆ψ_{j1,θ}|; order 2 are the three band-passes φ(u)ψ_k(θ),
    ψ_{j2}(u)φ(θ) and ψ_{j2}(u)ψ_k(θ), for j2 > j1 (Sifre & Mallat, CVPR 2013, §3).
    """
    paths = [JointPath()]
    if max_order > 0:
        paths += [JointPath(j1, k=K) for j1 in first_scales(J, Q)]
    if max_order > 1:
        paths += [JointPath(j1, k=k) for j1 in first_scales(J, Q) for k in range(K)]
        paths += [
            JointPath(j1, j2, turn, k)
            for j1, j2 in decreasing_frequencies(J, Q, 2)
            for turn in range(L)
            for k in range(K + 1)
        ]
    return paths


def orientations(path: JointPath, L: int, K: int) -> int:
    """How many orientations θ tell a path's coefficients apart, before they are averaged.

    All repeat after a whole turn, 2L orientations; those without a wavelet along θ, and those
    without one in space, after half a turn.
    """
    if path.j1 == NONE:
        return 1
    return 2 * L if path.j2 != NONE and path.k != K else L


def joint_table(paths: list[JointPath], L: int, K: int, averaged: bool) -> dict[str, np.ndarray]:
    """Columns ``order, j1, j2, turn, k, theta``, one row a coefficient; −1 for none.

    `averaged`: over θ; then ``theta`` is −1 throughout.
    """
    rows = []
    for path in paths:
        free = 1 if averaged else orientations(path, L, K)
        for theta in range(free):
            shown = NONE if averaged or path.j1 == NONE else theta
            rows.append((path.order(K), path.j1, path.j2, path.turn, path.k, shown))
    names = ("order", "j1", "j2", "turn", "k", "theta")
    return dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True))
