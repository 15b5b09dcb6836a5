"""Maps of the plane, acting on images and on maps."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.analyses.plane_maps import flip, rotation, scaling, translation


def pictures(*shape, seed=0):
    return torch.rand(2, 3, *shape, generator=torch.Generator().manual_seed(seed)).double()


@given(st.integers(1, 9), st.integers(1, 9))
def test_flips_reverse_an_axis_exactly(height, width):
    x = pictures(height, width)
    assert torch.equal(flip("x")(x), x.flip(-1))
    assert torch.equal(flip("y")(x), x.flip(-2))


@given(st.integers(2, 9))
def test_a_quarter_turn_is_exact_and_goes_from_x_to_y(size):
    x = pictures(size, size)
    assert torch.equal(rotation(90)(x), torch.rot90(x, -1, (-2, -1)))
    assert torch.equal(rotation(90)(rotation(270)(x)), x)
    assert torch.equal(rotation(180)(x), x.flip(-2, -1))


def test_whole_pixels_are_moved_exactly_where_they_are_seen():
    x, g = pictures(8, 12), translation(3, 12)
    moved, seen = g(x), g.seen((8, 12))
    assert seen[:, 3:].all()
    assert not seen[:, :3].any()
    torch.testing.assert_close(moved[..., 3:], x[..., :-3], atol=1e-7, rtol=0)


def smooth(size):
    """A pattern of low frequencies, the same function of the plane at any size."""
    u = (2 * np.arange(size) + 1) / size - 1
    y, x = np.meshgrid(u, u, indexing="ij")
    return torch.from_numpy(np.exp(-3 * ((x - 0.2) ** 2 + 2 * (y + 0.1) ** 2)))[None, None]


@pytest.mark.parametrize("g", [rotation(30), scaling(0.8), scaling(1.3), translation(3, 24)])
def test_a_map_moves_a_function_of_the_plane_at_any_sampling(g):
    for size in (24, 36):
        seen = torch.from_numpy(g.seen((size, size)))
        y, x = g.sources((size, size))
        exact = torch.from_numpy(np.exp(-3 * ((x - 0.2) ** 2 + 2 * (y + 0.1) ** 2)))
        error = (g(smooth(size))[0, 0] - exact)[seen].abs().max()
        assert error < 2e-2


def test_dilations_about_the_centre_show_less_or_repeat_the_border():
    assert scaling(2).seen((8, 8)).all()
    seen = scaling(0.5).seen((8, 8))
    assert seen[2:6, 2:6].all()
    assert seen.sum() == 16
