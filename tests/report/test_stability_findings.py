"""What the page says of translations and deformations."""

import numpy as np
import xarray as xr
from small_run import deformation, translation

from scatterlab.report import deformation as deformations
from scatterlab.report import translation as translations


def test_slopes_are_of_the_error_over_the_scale():
    scales, shifts = np.array([1, 2, 3, 4]), np.array([0.0, 1.0, 2.0])
    error = (shifts[None, :] * 2.0 ** -scales[:, None])[..., None] * np.array([0.5, 1.5])
    array = xr.DataArray(
        error, dims=("J", "shift", "sample"), coords={"J": scales, "shift": shifts}
    )
    rates = translations.slopes(array)
    assert list(rates) == [1, 2]
    np.testing.assert_allclose(list(rates.values()), -1)
    assert translations.slopes(array.isel(J=[0])) == {}


def test_the_most_invariant_and_the_theorems_rate_are_said():
    found = translations.finding({"pixels": translation([0]), "scattering": translation([1, 2, 3])})
    assert found.sentence.startswith("Moved by 2 pixels, scattering changes by")
    assert "slope −1.00 for scattering; the theorem's is −1" in found.sentence
    assert found.tables[0].rows == [["scattering", "−1.00", "−1.00", "−1.00"]]


def test_the_constants_of_layers_and_families_are_said():
    found = deformations.finding({"pixels": deformation(2.5), "scattering": deformation(0.4)})
    assert "scattering has the smallest constant, C = 0.40" in found.sentence
    assert "In pixels it goes from 5.00 at first to 2.50 at second." in found.sentence
    assert found.tables[0].rows[1][:7] == ["pixels", "second", "2.500", "–", "–", "2.500", "1.750"]
