"""Flips, rotations, dilations and translations of the plane, acting on images and on maps alike.

An affine map g acts by (g x)(u) = x(g⁻¹u), about the centre of the image. A layer's maps have fewer
pixels, farther apart, about the same centre: over the whole image if borders are padded, else over
a part of it.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from scatterlab.analyses.fields import Field, deform


@dataclass(frozen=True)
class PlaneMap:
    """u ↦ `matrix` u + `shift`, with u = (y, x) from the centre, in units of half the larger side.

    `name` and `kind` (flip, rotation, dilation, translation) are what it is called.
    """

    name: str
    kind: str
    matrix: np.ndarray
    shift: np.ndarray

    def over(self, span: float) -> "PlaneMap":
        """The same map for a grid over `span` times the larger side of the image, the unit too."""
        return replace(self, shift=self.shift / span)

    def sources(self, shape: tuple[int, int]) -> np.ndarray:
        """g⁻¹u for every pixel u of a grid of `shape`, (2, y, x)."""
        moved = pixels(shape) - self.shift[:, None, None]
        return np.tensordot(np.linalg.inv(self.matrix), moved, axes=1)

    def seen(self, shape: tuple[int, int]) -> np.ndarray:
        """Which pixels of a grid of `shape` come from within that grid, (y, x)."""
        edges = np.array(shape)[:, None, None] / max(shape)
        return (np.abs(self.sources(shape)) <= edges + 1e-9).all(axis=0)

    def permutes(self, shape: tuple[int, int]) -> bool:
        """Whether it takes the pixels of a grid of `shape` to one another."""
        turned = np.allclose(np.abs(self.matrix), [[0, 1], [1, 0]]) and shape[0] == shape[1]
        upright = np.allclose(np.abs(self.matrix), np.eye(2))
        return bool((upright or turned) and not self.shift.any())

    def __call__(self, maps: torch.Tensor) -> torch.Tensor:
        """g acting on (sample, channel, y, x): exact where it permutes pixels, else interpolated.

        Outside the grid the border is repeated.
        """
        shape = tuple(maps.shape[-2:])
        if self.permutes(shape):
            return self._permuted(maps)
        tau = (pixels(shape) - self.sources(shape)) * max(shape) / 2
        still = np.zeros((2, 2, *shape)), np.zeros((2, 2, 2, *shape))
        return deform(maps, Field(tau, *still))

    def _permuted(self, maps):
        if self.matrix[0, 0] == 0:
            maps = maps.transpose(-2, -1)
        negative = np.flatnonzero(np.round(self.matrix).sum(axis=1) < 0)
        return maps.flip([int(axis) - 2 for axis in negative]) if len(negative) else maps


def pixels(shape: tuple[int, int]) -> np.ndarray:
    """The middles of all pixels of a grid from its centre, (2, y, x), sides within ±1."""
    axes = ((2 * np.arange(size) + 1 - size) / max(shape) for size in shape)
    return np.stack(np.meshgrid(*axes, indexing="ij"))


def flip(axis: str) -> PlaneMap:
    """The mirror that reverses `axis`, x or y."""
    signs = (1, -1) if axis == "x" else (-1, 1)
    return PlaneMap(f"flip {axis}", "flip", np.diag(signs).astype(float), np.zeros(2))


def rotation(degrees: float) -> PlaneMap:
    """The rotation by an angle, from the x axis towards the y axis."""
    angle = np.deg2rad(degrees)
    cosine, sine = (0.0 if abs(one) < 1e-12 else one for one in (np.cos(angle), np.sin(angle)))
    matrix = np.array([[cosine, sine], [-sine, cosine]])
    return PlaneMap(f"{degrees:g}°", "rotation", matrix, np.zeros(2))


def scaling(factor: float) -> PlaneMap:
    """The dilation by a factor; above 1 what is seen becomes larger."""
    return PlaneMap(f"×{factor:g}", "dilation", factor * np.eye(2), np.zeros(2))


def translation(by: float, side: int) -> PlaneMap:
    """The translation along x by so many pixels of images whose larger side has `side` of them."""
    return PlaneMap(f"{by:g} px", "translation", np.eye(2), np.array([0.0, 2 * by / side]))
