"""Luminance and chrominance."""

import numpy as np
import pytest
import torch

from scatterlab.cascades.registry import build_representation
from scatterlab.cascades.yuv import rgb_to_yuv
from scatterlab.errors import ConfigError, InputError

SCATTERING = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2}
JOINT = {"kind": "roto_translation", "J": 2, "L": 4, "K": 1, "average": False}


def colour_images(channels=3):
    return torch.rand(2, channels, 16, 16, generator=torch.Generator().manual_seed(0))


def test_grey_has_no_chrominance_and_luminance_is_its_value():
    grey = torch.full((3,), 0.7, dtype=torch.float64)
    torch.testing.assert_close(rgb_to_yuv() @ grey, torch.tensor([0.7, 0, 0], dtype=torch.float64))


def test_pure_colours_have_the_extreme_chrominances():
    U, V = rgb_to_yuv()[1:]
    assert U[2] == pytest.approx(0.436)  # blue
    assert V[0] == pytest.approx(0.615)  # red
    yellow, cyan = torch.tensor([1.0, 1, 0]).double(), torch.tensor([0.0, 1, 1]).double()
    assert (U @ yellow, V @ cyan) == (pytest.approx(-0.436), pytest.approx(-0.615))


@pytest.mark.parametrize("spec", [SCATTERING, JOINT])
def test_scattering_of_yuv_is_that_of_the_converted_image(spec):
    images = colour_images()
    plain, layer = build_representation(spec, (3, 16, 16))
    coloured, _ = build_representation(spec | {"colour": "yuv"}, (3, 16, 16))
    converted = torch.einsum("cd,ndyx->ncyx", rgb_to_yuv().float(), images)
    torch.testing.assert_close(coloured.maps(images, layer), plain.maps(converted, layer))
    assert coloured.image_shape == plain.image_shape
    assert coloured.engine == plain.engine
    for column, values in plain.table(layer).items():
        np.testing.assert_array_equal(coloured.table(layer)[column], values)
    assert "luminance" in coloured.describe("colour")["long_name"]
    assert coloured.describe("j1") == plain.describe("j1")


@pytest.mark.parametrize("spec", [SCATTERING, JOINT])
def test_chrominances_can_be_seen_more_coarsely(spec):
    spec = spec | {"colour": "yuv", "chrominance": {"size": 8, "J": 1}}
    coloured, layer = build_representation(spec, (3, 16, 16))
    table, maps = coloured.table(layer), coloured.maps(colour_images(), layer)
    assert maps.shape[1:] == (len(table["order"]), 4, 4)
    assert (np.diff(table["colour"]) >= 0).all()
    assert table["j1"][table["colour"] == 0].max() == 1
    assert table["j1"][table["colour"] > 0].max() == 0
    grey = coloured.maps(colour_images(1).expand(-1, 3, -1, -1), layer)
    assert grey[:, table["colour"] > 0].abs().max() < 1e-6
    assert grey[:, table["colour"] == 0].abs().max() > 0.1


def test_maps_of_luminance_and_chrominance_have_one_size():
    spec = SCATTERING | {"colour": "yuv", "chrominance": {"size": 8, "J": 2}}
    with pytest.raises(InputError, match="maps have 2×2 pixels, those of the luminance 4×4"):
        build_representation(spec, (3, 16, 16))


def test_grey_images_have_no_yuv():
    with pytest.raises(ConfigError, match=r"3 channels, not 1: set the data set's `colour: rgb`"):
        build_representation(SCATTERING | {"colour": "yuv"}, (1, 16, 16))
