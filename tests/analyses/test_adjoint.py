"""The adjoint of a deformation is its transpose, and what the change of variable says."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.adjoint import adjoint, by_change_of_variable, inverse_displacement
from scatterlab.analyses.fields import Field, constant, deform, dilation, rotation, smooth

SHAPE = (24, 31)
FIELDS = {
    "dilation": dilation(0.15, SHAPE),
    "rotation": rotation(20, SHAPE),
    "translation": constant(2.3, SHAPE),
    "smooth": smooth(1.5, 9, SHAPE, np.random.default_rng(1)),
    "rough": smooth(1, 3, SHAPE, np.random.default_rng(2)),
}


def noise(seed, *shape, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def wave(width=3.0):
    """A wave under a Gaussian, off the centre."""
    y, x = np.indices(SHAPE)
    envelope = np.exp(-((y - 11.3) ** 2 + (x - 16.4) ** 2) / (2 * width**2))
    return torch.from_numpy(envelope * np.cos(0.7 * x + 0.3 * y))[None, None]


@pytest.mark.parametrize("name", FIELDS)
def test_inner_products_agree(name):
    field = FIELDS[name]
    x, w = noise(0, 2, 3, *SHAPE), noise(1, 2, 3, *SHAPE)
    moved = deform(x, field)
    left, right = (moved * w).sum(), (x * adjoint(w, field)).sum()
    assert float((left - right).abs() / (moved.norm() * w.norm())) < 1e-12


def test_of_no_deformation_it_is_the_identity():
    w = noise(0, 1, 1, *SHAPE)
    torch.testing.assert_close(adjoint(w, constant(0, SHAPE)), w, atol=1e-12, rtol=0)


@pytest.mark.parametrize("name", ["dilation", "rotation", "translation", "smooth"])
def test_the_change_of_variable_gives_the_same(name):
    w, field = wave(), FIELDS[name]
    exact = adjoint(w, field)
    difference = exact - by_change_of_variable(w, field)
    assert float(difference.norm() / exact.norm()) < 0.02


def test_the_adjoint_of_a_rotation_is_its_inverse():
    w = wave()
    back = deform(w, rotation(-20, SHAPE))
    assert float((adjoint(w, FIELDS["rotation"]) - back).norm() / back.norm()) < 0.01


def test_the_inverse_undoes_the_displacement():
    field = FIELDS["smooth"]
    sigma = inverse_displacement(field)
    y, x = np.indices(SHAPE) - sigma.tau  # u(v)
    tau = deform(torch.from_numpy(field.tau)[None], sigma)[0].numpy()
    inside = (slice(4, -4), slice(4, -4))
    np.testing.assert_allclose((y - tau[0])[inside], np.indices(SHAPE)[0][inside], atol=1e-6)
    np.testing.assert_allclose((x - tau[1])[inside], np.indices(SHAPE)[1][inside], atol=1e-6)
    assert isinstance(sigma, Field)
