"""Solids as triangles: boxes, bars, cylinders and profiles with a width.

Coordinates are x to the right, y away from whoever sees the front, z upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FACETS = 24
"""Sides of a cylinder."""


@dataclass(frozen=True)
class Solid:
    """A closed surface: `vertices` (vertex, 3), `faces` (face, 3), and the name of its `paint`."""

    vertices: np.ndarray
    faces: np.ndarray
    paint: str


def prism(lower: np.ndarray, upper: np.ndarray, paint: str) -> Solid:
    """Between two convex polygons with as many corners each, (corner, 3)."""
    count = len(lower)
    one = np.arange(count)
    two = np.roll(one, -1)
    sides = [np.stack([one, two, two + count]), np.stack([one, two + count, one + count])]
    fan = np.stack([np.zeros(count - 2, int), one[1:-1], two[1:-1]])
    faces = np.concatenate([*sides, fan[::-1], fan + count], axis=1).T
    return Solid(np.concatenate([lower, upper]).astype(float), faces, paint)


def box(centre: Sequence[float], sides: Sequence[float], paint: str) -> Solid:
    """A box with sides along the axes."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * np.array(sides) / 2
    height = np.array([0, 0, sides[2] / 2])
    return prism(centre + corners - height, centre + corners + height, paint)


def bar(start: Sequence[float], end: Sequence[float], thickness: float, paint: str) -> Solid:
    """A bar of square section from `start` to `end`."""
    return prism(*ends(start, end, np.sqrt(0.5) * thickness, 4, np.pi / 4), paint)


def rod(start: Sequence[float], end: Sequence[float], radius: float, paint: str) -> Solid:
    """A round rod from `start` to `end`; short, it is a disk."""
    return prism(*ends(start, end, radius, FACETS, 0.0), paint)


def ends(start, end, radius: float, corners: int, turn: float) -> list[np.ndarray]:
    """Regular polygons about `start` and `end`, perpendicular to the way between them."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = (end - start) / np.linalg.norm(end - start)
    across = np.cross(along, [0, 0, 1] if abs(along[2]) < 0.9 else [0, 1, 0])
    across /= np.linalg.norm(across)
    angles = turn + 2 * np.pi * np.arange(corners)[:, None] / corners
    ring = radius * (np.cos(angles) * across + np.sin(angles) * np.cross(along, across))
    return [start + ring, end + ring]


def slab(profile: Sequence[Sequence[float]], half_widths: Sequence[float], paint: str) -> Solid:
    """A convex profile of points (y, z) seen from the side, with half a width along x at each."""
    along, up = np.array(profile, float).T
    widths = np.broadcast_to(np.asarray(half_widths, float), along.shape)
    return prism(
        np.stack([-widths, along, up], axis=1), np.stack([widths, along, up], axis=1), paint
    )


def fitted(solids: Sequence[Solid]) -> list[Solid]:
    """The solids, moved and scaled together into the unit sphere about the middle of their box."""
    points = np.concatenate([solid.vertices for solid in solids])
    middle = (points.min(0) + points.max(0)) / 2
    radius = np.linalg.norm(points - middle, axis=1).max()
    return [Solid((solid.vertices - middle) / radius, solid.faces, solid.paint) for solid in solids]
