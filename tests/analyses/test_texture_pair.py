"""What separable scattering cannot tell, and joint scattering can."""

import numpy as np
import pytest

from scatterlab.analyses.texture_pair import crossing_waves, texture_pair
from scatterlab.errors import InputError

SETTINGS = {"size": 64, "spacing": 32, "width": 6, "cycles": 24, "J": 3, "L": 12, "K": 4}


def test_joint_scattering_tells_textures_apart_that_separable_scattering_takes_for_one():
    pair = texture_pair(**SETTINGS)
    assert pair.attrs["distance"]["separable"] < 1e-3
    assert pair.attrs["distance"]["joint"] > 0.15
    first, second = pair["images"].values
    assert np.linalg.norm(first - second) > 0.9 * np.linalg.norm(first)


def test_the_distances_are_those_of_the_coefficients_in_the_store():
    pair = texture_pair(**SETTINGS | {"size": 32, "spacing": 16, "width": 3, "cycles": 12})
    for name, distance in pair.attrs["distance"].items():
        first, second = pair[name].values
        found = np.linalg.norm(first - second) / np.linalg.norm(first)
        assert found == pytest.approx(distance)


def test_with_few_angles_wavelets_between_see_both_waves():
    few, many = (texture_pair(**SETTINGS | {"L": L, "K": 3}).attrs["distance"] for L in (4, 12))
    assert few["separable"] > 10 * many["separable"]


def test_the_textures_hold_the_same_waves_moved():
    together, apart = crossing_waves(64, 32, 6, 24)
    spectra = np.abs(np.fft.fft2([together, apart]))
    np.testing.assert_allclose(*spectra, atol=0.02 * spectra.max())
    assert together.mean() == pytest.approx(apart.mean(), abs=1e-12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"spacing": 33}, "spacing=33: give an even number that divides size=64"),
        ({"spacing": 24}, "spacing=24"),
        ({"cycles": 32}, "cycles=32: .* fewer than half of size=64"),
        ({"L": 5}, "L=5"),
        ({"J": 7}, "J=7 is too large"),
    ],
)
def test_settings_that_cannot_be_are_named(settings, message):
    with pytest.raises(InputError, match=message):
        texture_pair(**SETTINGS | settings)
