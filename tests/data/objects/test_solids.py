"""Solids are closed, and objects made of them have styles that differ."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from scatterlab.data.objects.car import car
from scatterlab.data.objects.chair import chair
from scatterlab.data.objects.solids import bar, box, fitted, rod, slab

SOLIDS = {
    "box": (box((1, 2, 3), (1, 2, 4), "paint"), 8.0),
    "bar": (bar((0, 0, 0), (3, 4, 0), 0.5, "paint"), 1.25),
    "rod": (rod((0, 0, 0), (0, 0, 2), 1.0, "paint"), 2 * 12 * np.sin(np.pi / 12)),
    "slab": (slab([(0, 0), (2, 0), (1, 1)], 0.5, "paint"), 1.0),
}


def volume(solid):
    """By the divergence theorem: negative where faces look inwards."""
    a, b, c = np.moveaxis(solid.vertices[solid.faces], 1, 0)
    return np.einsum("fi,fi->", a, np.cross(b, c)) / 6


@pytest.mark.parametrize("name", SOLIDS)
def test_solids_are_closed_and_have_their_volume(name):
    solid, expected = SOLIDS[name]
    edges = Counter(edge for face in solid.faces.tolist() for edge in pairwise([*face, face[0]]))
    assert all(count == 1 and edges[edge[::-1]] == 1 for edge, count in edges.items())
    assert abs(volume(solid)) == pytest.approx(expected)


@pytest.mark.parametrize("make", [chair, car])
def test_objects_are_closed_symmetric_and_inside_the_unit_sphere(make):
    for style in range(30):
        solids = fitted(make(style, 0))
        points = np.concatenate([solid.vertices for solid in solids])
        assert np.linalg.norm(points, axis=1).max() == pytest.approx(1)
        np.testing.assert_allclose(points[:, 0].max(), -points[:, 0].min(), atol=1e-9)
        assert all(np.isfinite(solid.vertices).all() and len(solid.faces) for solid in solids)


@pytest.mark.parametrize("make", [chair, car])
def test_styles_differ_and_come_from_the_seed(make):
    def key(style, seed):
        return b"".join(solid.vertices.tobytes() for solid in make(style, seed))

    assert len({key(style, 0) for style in range(40)}) == 40
    assert key(3, 0) == key(3, 0)
    assert key(3, 0) != key(3, 1)
