"""ε: none for translations, bounded by s‖∇τ‖, and proportional to it."""

import numpy as np
import pytest
import torch
from measured_by_script import measure, save_images

from scatterlab.analyses.adjoint import adjoint
from scatterlab.analyses.fields import constant, deform, dilation
from scatterlab.analyses.kernels import Kernels, kernels_of
from scatterlab.analyses.widths import (
    commutators,
    deformed_kernels,
    filtered,
    overlap,
    placed,
    spectrum,
)
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.errors import InputError

SETTINGS = {"dilations": [0.02, 0.1], "amplitudes": [0.5, 1], "lengths": [10], "seed": 0}
SHAPE = (32, 32)


def smooth_images(count=3, channels=1, side=32):
    """Sums of a few slow waves."""
    draw = torch.Generator().manual_seed(0)
    noise = torch.randn(count, channels, side, side, generator=draw)
    rate = torch.fft.fftfreq(side)
    low = torch.exp(-(rate[:, None] ** 2 + rate**2) / (2 * 0.08**2))
    return torch.fft.ifft2(torch.fft.fft2(noise) * low).real


def gaussians(*deviations):
    y, x = np.indices((19, 19)) - 9
    values = np.stack([np.exp(-(y**2 + x**2) / (2 * s**2)) for s in deviations])
    names = [str(s) for s in deviations]
    return Kernels(values[:, None].astype(complex), names, names)


def test_a_translation_by_whole_pixels_leaves_nothing():
    kernels = gaussians(1.0, 2.0)
    images = smooth_images().double()
    error, relative = commutators(kernels.values, [13, 13], images, [constant(3, SHAPE)])
    assert error.max() < 1e-10
    assert relative.max() < 1e-10


def test_inner_products_in_the_middle_are_those_of_the_adjoint():
    kernels, images, field = gaussians(1.5), smooth_images(1).double(), dilation(0.1, SHAPE)
    extended = spectrum(deform(images, field), kernels.values)
    response = filtered(extended, kernels.values[0], SHAPE)
    w = placed(kernels.values, SHAPE)[:, :1]
    exact = float((images * adjoint(w, field)).sum())
    assert float(response[0, 0, 16, 16]) == pytest.approx(exact, rel=1e-10)


def test_epsilon_is_proportional_to_width_and_gradient_and_below_the_bound():
    result = deformed_kernels(gaussians(0.8, 1.6, 2.4), smooth_images(), **SETTINGS)
    span = result["width"].values[:, None] * result["gradient"].values
    error = result["error"].values
    assert (error < span).all()
    assert (np.diff(error, axis=0) > 0).all()
    slope = np.polyfit(np.log(span).ravel(), np.log(error).ravel(), 1)[0]
    assert 0.7 < slope < 1.5
    np.testing.assert_allclose(error[:, 1] / error[:, 0], 5, rtol=0.3)


def test_the_adjoint_is_exact_for_every_field():
    result = deformed_kernels(gaussians(1.0, 2.0), smooth_images(), **SETTINGS)
    assert float(result["identity"].max()) < 1e-12
    assert float(result["formula"].max()) < 0.05


@pytest.mark.parametrize(
    "cascade",
    [
        Scattering2D(2, SHAPE, 4, bank="unitary", channels=3),
        LeNet5((3, *SHAPE)).eval(),
    ],
)
def test_wavelets_and_learned_kernels_of_colour_images(cascade):
    result = deformed_kernels(kernels_of(cascade), smooth_images(2, 3), **SETTINGS)
    assert np.isfinite(result.to_array()).all()
    assert result.attrs["left_out"] == []


def test_zero_kernels_wide_ones_and_folding_fields_are_counted():
    kernels = gaussians(1.0, 2.0, 6.0)
    kernels.values[0] = 0
    settings = SETTINGS | {"dilations": [0.1, 1.5]}
    result = deformed_kernels(kernels, smooth_images(side=20), **settings)
    assert result.attrs["left_out"] == ["1.0", "6.0"]
    assert result.attrs["folding"] == 1
    assert result.attrs["kernels"] == ["2.0"]


def test_flat_images_have_no_relative_error():
    result = deformed_kernels(gaussians(1.0), torch.zeros(1, 1, *SHAPE), **SETTINGS)
    assert result["relative"].isnull().all()
    assert result["error"].isnull().all()


def test_nothing_left_is_an_error():
    with pytest.raises(InputError, match="no kernel fits in images of 8×8"):
        deformed_kernels(gaussians(3.0), smooth_images(side=8), **SETTINGS)
    with pytest.raises(InputError, match=r"every deformation .* folds"):
        deformed_kernels(
            gaussians(1.0), smooth_images(), dilations=[2.0], amplitudes=[], lengths=[]
        )


@pytest.mark.parametrize(("side", "kernel"), [(8, 3), (8, 9), (7, 5), (5, 11)])
def test_a_kernel_is_placed_middle_on_middle(side, kernel):
    into, of = overlap(side, kernel)
    assert into.stop - into.start == of.stop - of.start
    assert side // 2 - into.start == kernel // 2 - of.start


def run(monkeypatch, folder, spec):
    save_images(folder, (255 * smooth_images(6, 1, 16).sigmoid()).byte().numpy())
    return measure(monkeypatch, folder, "widths", spec, {**SETTINGS, "images": 4})


def test_the_script_writes_a_store(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path, {"kind": "scattering", "J": 1, "L": 2, "max_order": 1})
    assert result.sizes == {"kernel": 3, "field": 4}
    assert result.attrs["images"] == 4


def test_pixels_have_no_kernels(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="Pixels does not convolve"):
        run(monkeypatch, tmp_path, {"kind": "pixels"})
