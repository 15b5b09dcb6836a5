"""Kernels of first operators: they are those that the cascade convolves with, and as wide."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.kernels import Kernels, about_centroid, kernels_of
from scatterlab.cascades.convolutional import ConvolutionalNetwork
from scatterlab.cascades.hybrid import HybridNetwork
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.config.networks import Convolutional, Hybrid
from scatterlab.errors import InputError


def test_the_width_of_a_gaussian_is_known():
    y, x = np.indices((41, 41)) - 20
    w = np.exp(-(y**2 + x**2) / (2 * 3.0**2))[None, None]
    # |w|² has a deviation of 3/√2 along either axis
    assert Kernels(w, ["w"], ["w"]).widths[0] == pytest.approx(3, rel=1e-6)


def test_a_kernel_of_zeros_has_no_width():
    assert np.isnan(Kernels(np.zeros((1, 1, 3, 3)), ["w"], ["w"]).widths[0])


def test_wavelets_are_twice_as_wide_at_the_next_scale():
    found = kernels_of(Scattering2D(3, (64, 64), 4, bank="unitary"))
    assert found.names[0] == "j=0, θ=0"
    assert found.groups[-1] == "φ"
    assert found.values.shape[-2] % 2 == found.values.shape[-1] % 2 == 1
    widths = found.widths[:-1].reshape(3, 4).mean(axis=1)
    np.testing.assert_allclose(widths[1:] / widths[:-1], 2, rtol=0.1)


def test_wavelets_of_several_an_octave_are_those_of_the_first_layer():
    assert len(kernels_of(Scattering2D(2, (32, 32), 4, bank="unitary", Q=2)).names) == 2 * 2 * 4 + 1


def test_learned_kernels_are_those_of_the_first_convolution():
    network = LeNet5((3, 32, 32)).eval()
    found = kernels_of(network)
    assert found.values.shape == (6, 3, 9, 9)
    assert np.square(np.abs(found.values)).sum() == pytest.approx(
        float(network.C1.weight.detach().double().square().sum())
    )
    spec = Convolutional(kind="convolutional", channels=[4]).model_dump()
    assert len(kernels_of(ConvolutionalNetwork((1, 32, 32), 2, spec)).names) == 4


def test_a_hybrid_has_those_of_its_scattering():
    fixed = {"kind": "scattering", "J": 2, "L": 4}
    spec = Hybrid(kind="hybrid", channels=[4], scattering=fixed).model_dump()
    assert len(kernels_of(HybridNetwork((1, 32, 32), 2, spec)).names) == 9
    assert len(kernels_of(RotoTranslationScattering2D(2, (32, 32), 4, 2)).names) == 9


def test_a_kernel_stands_about_its_centroid():
    kernel = np.zeros((1, 5, 4))
    kernel[0, 4, 0] = 2.0
    framed = about_centroid(kernel)
    assert framed.shape == (1, 9, 7)
    assert framed[0, 4, 3] == 2


@pytest.mark.parametrize("first", [torch.nn.Linear(4, 4), None])
def test_what_has_no_kernels_says_so(first):
    made = Pixels((1, 8, 8))
    if first is not None:
        made = LeNet5().eval()
        made.C1 = first
    with pytest.raises(InputError, match="does not convolve images with kernels"):
        kernels_of(made)
