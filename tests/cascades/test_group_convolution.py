import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.cascades.group_convolution import act, convolution_tensor, group_convolution
from scatterlab.errors import InputError

SEEDS = st.integers(0, 2**31)


def functions(count, n, seed):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((count, 4, n, n)))


def turned(u, q):
    """r_q u, a quarter turn being (y, x) ↦ (x, −y)."""
    for _ in range(q % 4):
        u = (u[1], -u[0])
    return u


@given(n=st.integers(1, 3), seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_it_is_the_sum_over_the_group(n, seed):
    x, psi = functions(2, n, seed)
    expected = torch.zeros_like(x)
    places = list(itertools.product(range(n), range(n)))
    for (q, u), (p, v) in itertools.product(itertools.product(range(4), places), repeat=2):
        y, along = turned((u[0] - v[0], u[1] - v[1]), -p)
        expected[q, u[0], u[1]] += x[p, v[0], v[1]] * psi[(q - p) % 4, y % n, along % n]
    torch.testing.assert_close(group_convolution(x, psi), expected)


@given(n=st.integers(1, 6), seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_it_is_a_convolution_tensor(n, seed):
    """What a layer of a network computes, with these weights and periodic padding."""
    x, psi = functions(2, n, seed)
    weights = convolution_tensor(psi)
    around = torch.cat([x, x], dim=-1)
    around = torch.cat([around, around], dim=-2)[None, :, 1:, 1:]
    layer = torch.nn.functional.conv2d(around, weights.flip(-1, -2))
    torch.testing.assert_close(layer[0], group_convolution(x, psi))


@given(
    n=st.integers(1, 6), q=st.integers(0, 3), y=st.integers(-6, 6), x=st.integers(-6, 6), seed=SEEDS
)
@settings(max_examples=20, deadline=None)
def test_it_is_covariant_to_every_element_of_the_group(n, q, y, x, seed):
    function, psi = functions(2, n, seed)
    moved = group_convolution(act((y, x), q, function), psi)
    torch.testing.assert_close(moved, act((y, x), q, group_convolution(function, psi)))


@given(n=st.integers(1, 5), seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_it_is_associative(n, seed):
    x, psi, phi = functions(3, n, seed)
    one = group_convolution(group_convolution(x, psi), phi)
    torch.testing.assert_close(one, group_convolution(x, group_convolution(psi, phi)))


def test_other_shapes_are_refused():
    x = torch.zeros(4, 5, 5)
    with pytest.raises(InputError, match=r"psi has shape \(3, 5, 5\): give \(4, n, n\)"):
        group_convolution(x, torch.zeros(3, 5, 5))
    with pytest.raises(InputError, match=r"x has shape \(4, 5, 5\)"):
        group_convolution(x, torch.zeros(4, 6, 6))
