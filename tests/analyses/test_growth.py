"""What coefficients cost and buy."""

from math import comb

import numpy as np
import pytest
import torch

from scatterlab.analyses.growth import growth
from scatterlab.errors import InputError

SPEC = {"kind": "scattering", "J": 2, "L": 4, "bank": "unitary"}


def stripes(count, seed):
    """Waves along x or along y, at random phases, in noise; and which it is."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    phase, u = rng.uniform(0, 2 * np.pi, (count, 1, 1)), np.arange(16)
    wave = np.cos(np.pi * u / 3 + phase) * np.ones((count, 16, 16))
    images = np.where(labels[:, None, None] == 0, wave, wave.swapaxes(1, 2))
    noisy = images + rng.standard_normal(images.shape)
    return torch.from_numpy(noisy[:, None].astype(np.float32)), labels


@pytest.fixture(scope="module")
def measured():
    return growth(stripes(60, 0), stripes(40, 1), SPEC, [1, 2, 3], 2, per_class=3)


def test_the_number_of_coefficients_is_that_of_the_paths_times_positions(measured):
    for J in (1, 2, 3):
        for order in range(min(J, 2) + 1):
            paths = sum(comb(J, m) * 4**m for m in range(order + 1))
            found = measured["coefficients"].sel(J=J, order=order)
            assert int(found) == paths * (16 >> J) ** 2


def test_there_is_no_order_beyond_the_number_of_scales(measured):
    assert measured["error"].sel(J=1, order=2).isnull()
    assert measured.sel(order=[0, 1]).to_array().notnull().all()


def test_higher_orders_hold_more_energy_and_never_more_than_the_image(measured):
    energy = measured["energy"]
    assert float(energy.max()) <= 1
    assert (energy.diff("order").dropna("J", how="any") > 0).all()


def test_the_selection_keeps_few_features_for_each_class(measured):
    """Three for each of two classes, which may share some."""
    selected = measured["selected"].sel(order=1)
    assert ((selected >= 3) & (selected <= 6)).all()
    assert (selected < measured["coefficients"].sel(order=1)).all()


def test_order_1_tells_what_averages_cannot(measured):
    errors = measured["error"].sel(J=3)
    assert float(errors.sel(order=1)) < 0.1 < float(errors.sel(order=0))


def test_a_scale_that_is_too_large_is_named():
    with pytest.raises(InputError, match="J=5 is too large"):
        growth(stripes(8, 0), stripes(8, 1), SPEC, [5], 1, per_class=1)
