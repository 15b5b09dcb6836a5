import numpy as np
import pytest
import torch

from scatterlab.analyses.energy import energy_by_order
from scatterlab.analyses.fields import deform, dilation, smooth, translate
from scatterlab.analyses.translation import translation_error
from scatterlab.cascades.registry import build_representation


def blobs(count=4, size=32):
    """Images of a few smooth spots away from the border, (sample, 1, y, x), float64."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size]
    images = np.zeros((count, 1, size, size))
    for image in images[:, 0]:
        for cy, cx, width in rng.uniform((11, 11, 1.6), (21, 21, 3), (6, 3)):
            image += np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * width**2))
    return torch.from_numpy(images / images.max())


def cascade(kind, J=3):
    specs = {
        "pixels": {"kind": "pixels"},
        "fourier": {"kind": "fourier"},
        "scattering": {"kind": "scattering", "J": J, "L": 4, "max_order": 2},
    }
    return build_representation(specs[kind], (1, 32, 32))


def test_a_translation_by_whole_pixels_is_a_roll():
    images = blobs()
    torch.testing.assert_close(translate(images, (3, -2)), torch.roll(images, (3, -2), (-2, -1)))


def test_half_a_pixel_twice_is_one_pixel():
    images = blobs()
    twice = translate(translate(images, (0.5, 0)), (0.5, 0))
    torch.testing.assert_close(twice, torch.roll(images, 1, -2), atol=1e-5, rtol=0)


def test_the_norms_of_a_dilation():
    field = dilation(0.1, (33, 33))
    assert field.displacement == pytest.approx(0.1 * 16 * np.sqrt(2))
    assert field.steepness == pytest.approx(0.1)
    assert field.curvature == 0


def test_the_derivatives_of_a_smooth_field_are_those_of_finite_differences():
    field = smooth(1.0, 12, (64, 64), np.random.default_rng(0))
    assert field.displacement == pytest.approx(1)
    centred = [(np.roll(field.tau, -1, axis) - np.roll(field.tau, 1, axis)) / 2 for axis in (1, 2)]
    np.testing.assert_allclose(np.stack(centred, axis=1), field.gradient, atol=0.01)
    second = np.roll(field.tau, -1, 1) - 2 * field.tau + np.roll(field.tau, 1, 1)
    np.testing.assert_allclose(second, field.hessian[:, 0, 0], atol=0.005)


def test_deforming_by_a_constant_field_is_translating():
    images, field = blobs(), dilation(0.0, (32, 32))
    field.tau[0] += 0.6
    moved = deform(images, field)
    torch.testing.assert_close(moved, translate(images, (0.6, 0)), atol=3e-3, rtol=0)


def test_no_deformation_changes_nothing():
    images = blobs()
    torch.testing.assert_close(deform(images, dilation(0, (32, 32))), images, atol=1e-6, rtol=0)


def test_energy_by_order_sums_to_at_most_one_and_moves_up_with_J():
    energy = energy_by_order(blobs(), [1, 2, 3], L=4, max_order=3)["energy"]
    assert (energy.sum("order") <= 1 + 1e-9).all()
    assert (energy.sum("order") > 0.6).all()
    mean = energy.mean("sample")
    assert (mean.sel(order=0).diff("J") < 0).all()
    assert (mean.sel(order=1).diff("J") > 0).all()
    # an order needs as many scales: no path of order m is longer than J
    assert float(energy.sel(J=1, order=2).max()) == 0


def test_translation_error_halves_as_J_grows_by_one():
    images = torch.nn.functional.pad(blobs(), (16, 16, 16, 16))
    spec = {"kind": "scattering", "L": 4, "max_order": 1, "padding": "periodic"}
    cascades = {J: build_representation({**spec, "J": J}, (1, 64, 64)) for J in (3, 4, 5)}
    error = translation_error(cascades, images, [1.0])["error"].mean(("sample", "shift"))
    ratios = error.values[1:] / error.values[:-1]
    assert (ratios < 0.7).all()


def test_translation_error_of_the_fourier_modulus_is_zero_and_of_pixels_is_not():
    images = blobs()
    fourier = translation_error({0: cascade("fourier")}, images, [1, 4])["error"]
    pixels = translation_error({0: cascade("pixels")}, images, [1, 4])["error"]
    assert float(fourier.max()) < 1e-6
    assert float(pixels.min()) > 0.05
