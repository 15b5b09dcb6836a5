"""One layer: the modulus undoes the phase, means undo positions, and nothing linear does."""

import numpy as np
import pytest
import xarray as xr

from scatterlab.analyses.one_layer import (
    averaged,
    bank,
    dimension_of,
    filtered,
    nonlinear,
    one_layer,
    patch,
    responses,
)
from scatterlab.config.one_layer import OneLayer
from scatterlab.errors import InputError

SETTINGS = OneLayer(filters=[4, 8], pooling=[1, 64], samples=40, noise=0).model_dump()


def phases(count=24, at=20.0):
    return patch(64, 10, 6, at, np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None])


def test_phases_lie_in_a_plane_that_the_modulus_makes_a_point():
    pairs = filtered(phases(), bank(64, [10, 11], 6, 4))
    assert dimension_of(phases()) == 2
    assert dimension_of(nonlinear(pairs, "linear", 0)) == 2
    assert dimension_of(nonlinear(pairs, "threshold", 0.5)) > 2
    modulus = nonlinear(pairs, "modulus", 0)
    # the filters' own negative frequencies are what is left of the phase
    assert modulus.var(axis=0).sum() < 1e-4 * np.square(modulus).mean(axis=0).sum()


def test_means_over_all_positions_do_not_see_the_position():
    x = np.concatenate([phases(1, at) for at in (3.0, 17.0, 40.0)])
    pairs = filtered(x, bank(64, [10, 11], 6, 4))
    maps = averaged(nonlinear(pairs, "modulus", 0), 64)
    np.testing.assert_allclose(maps, np.broadcast_to(maps[:1, :, :1], maps.shape), rtol=1e-9)


def test_means_are_of_as_many_positions():
    maps = np.arange(8.0)[None, None]
    np.testing.assert_allclose(averaged(maps, 2)[0, 0, 1:], np.arange(7) + 0.5)
    assert averaged(maps, 1) is maps


def test_a_space_has_the_dimension_it_is_made_with():
    rng = np.random.default_rng(0)
    flat = rng.standard_normal((50, 3)) @ np.linalg.qr(rng.standard_normal((20, 3)))[0].T
    assert dimension_of(flat + 7) == 3
    assert dimension_of(np.ones((5, 4))) == 0


def test_the_response_is_along_one_direction_or_along_the_plane():
    linear, threshold, modulus = responses(64, 10, 6, 0.5)
    phase = np.linspace(0, 2 * np.pi, len(linear))
    np.testing.assert_allclose(linear, np.cos(phase), atol=1e-3)
    np.testing.assert_allclose(threshold, np.maximum(np.cos(phase) - 0.5**1.5, 0), atol=1e-3)
    np.testing.assert_allclose(modulus, 1, atol=1e-3)


def test_a_layer_flattens_classes_and_a_linear_one_does_not():
    result = one_layer(**SETTINGS)
    error, ratio = result["error"].values, result["ratio"].values
    linear, threshold, modulus = range(3)
    assert result.attrs["error"] > 0.3
    assert (error[linear] > 0.3).all()
    assert (error[[threshold, modulus], :, -1] == 0).all()
    assert (ratio[modulus, :, -1] < 0.1 * ratio[modulus, :, 0]).all()
    dimension = result["dimension"].values[:, :, 0]
    assert (dimension[modulus] < result.attrs["dimension"]).all()
    assert (dimension[modulus] < dimension[threshold]).all()


def test_the_same_seed_gives_the_same_numbers():
    settings = SETTINGS | {"samples": 10}
    xr.testing.assert_identical(one_layer(**settings), one_layer(**settings))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cycles": [10]}, "cycles=.*give at least two"),
        ({"cycles": [10, 32]}, "each below half of size=64"),
        ({"filters": [4, 3]}, r"filters=\[3\]: they come in pairs"),
        ({"pooling": [65]}, r"pooling=\[65\]: give widths from 1 to size=64"),
    ],
)
def test_settings_that_cannot_be_are_named(settings, message):
    with pytest.raises(InputError, match=message):
        one_layer(**SETTINGS | settings)
