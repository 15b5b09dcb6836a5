"""What joint scattering computes, for every engine: separable scattering up to its last modulus.

The nodes of a separable tree are taken L at a time, one for each orientation θ; the filters along
θ come before the modulus.
"""

from dataclasses import dataclass

import numpy as np

from scatterlab.engines.tree import Tree
from scatterlab.wavelets.angular import AngularBank
from scatterlab.wavelets.joint_paths import NONE, JointPath, orientations


@dataclass(eq=False)
class JointTree:
    """A roto-translation scattering of images.

    Attributes
    ----------
    tree : the separable scattering of order 2 with all its paths, as nodes.
    L : number of angles in [0, π).
    angular : the filters along θ, on 2L orientations.
    paths : the paths of the outputs.
    averaged : whether outputs are averaged over θ.
    """

    tree: Tree
    L: int
    angular: AngularBank
    paths: list[JointPath]
    averaged: bool

    def __post_init__(self):
        self._numbers = {}
        for index, node in enumerate(self.tree.nodes[1:], start=1):
            before = self.tree.nodes[node.parent].wavelet or ()
            self._numbers[before[:2], node.wavelet[:2]] = index

    @property
    def K(self) -> int:
        """Number of wavelets along θ; `JointPath.k` = K is the low-pass."""
        return len(self.angular.psi)

    @property
    def widths(self) -> list[int]:
        """Number of outputs of each path: of orientations, unless they are averaged."""
        return [1 if self.averaged else orientations(path, self.L, self.K) for path in self.paths]

    @property
    def shape(self) -> tuple[int, ...]:
        """(y, x) of the images, before padding."""
        return self.tree.shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(path, y, x) of the transform of one image."""
        return (sum(self.widths), *self.tree.output_shape[1:])

    def first(self, j1: float) -> list[int]:
        """The nodes |x⋆ψ_{j1,θ}|, one for each of the `L` angles θ."""
        return [self._numbers[(), (j1, theta)] for theta in range(self.L)]

    def second(self, j1: float, j2: int, turn: int) -> list[tuple[int, bool]]:
        """(node, whether it is to be conjugated) of |x⋆ψ_{j1,θ}|⋆ψ_{j2,θ+turn}, for each θ.

        Half a turn makes a wavelet its complex conjugate.
        """
        return [
            (
                self._numbers[(j1, theta), (j2, (theta + turn) % self.L)],
                theta + turn >= self.L,
            )
            for theta in range(self.L)
        ]

    @property
    def measure(self) -> np.ndarray:
        """(path,) float64: of how many of the L angles in [0, π) each output is the mean."""
        free = [orientations(path, self.L, self.K) for path in self.paths]
        each = [
            1 if path.j1 == NONE else self.L / width
            for path, width in zip(self.paths, self.widths if self.averaged else free, strict=True)
        ]
        return np.repeat(np.array(each, float), self.widths)
