"""Stability to deformations: the theorem's constant, of every layer."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.analyses.deformation import FAMILIES, deformation_error, fitted_terms
from scatterlab.analyses.fields import constant, deform, rotation
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Hybrid, LeNet5
from scatterlab.errors import ConfigError, ScatterlabError

SCATTERING = {"kind": "scattering", "J": 3, "L": 4, "max_order": 2}


def spots(count=3, colours=1, size=32):
    """Smooth spots away from the border, (sample, channel, y, x), float32."""
    draw = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size]
    images = np.zeros((count, colours, size, size), np.float32)
    for image in images.reshape(-1, size, size):
        for cy, cx, width in draw.uniform((11, 11, 1.6), (21, 21, 3), (6, 3)):
            image += np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * width**2))
    return torch.from_numpy(images / images.max())


def of_kind(kind, colours=1):
    spec = SCATTERING if kind == "scattering" else {"kind": kind}
    cascade, _ = build_representation(spec, (colours, 32, 32))
    return cascade


@given(st.floats(0.1, 40))
def test_the_norms_of_a_rotation_are_those_of_its_angle(degrees):
    field = rotation(degrees, (9, 9))
    chord = 2 * np.sin(np.deg2rad(degrees) / 2)
    assert field.steepness == pytest.approx(chord)
    assert field.displacement == pytest.approx(chord * 4 * np.sqrt(2))
    assert field.curvature == 0


def test_a_rotation_by_a_quarter_turn_goes_from_x_to_y():
    images = spots()
    turned = torch.rot90(images, -1, (-2, -1))
    torch.testing.assert_close(deform(images, rotation(90, (32, 32))), turned, atol=1e-5, rtol=0)


def test_a_constant_field_moves_along_x():
    images = spots()
    moved = deform(images, constant(2, (32, 32)))
    torch.testing.assert_close(moved[..., 2:], images[..., :-2], atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", ["pixels", "fourier", "scattering", "roto_translation"])
def test_the_constant_of_each_layer_bounds_every_error(kind):
    spec = SCATTERING | {"kind": kind, "K": 2} if kind == "roto_translation" else None
    cascade = build_representation(spec, (1, 32, 32))[0] if spec else of_kind(kind)
    result = deformation_error(
        cascade,
        cascade.layers,
        spots(2),
        3,
        shifts=[1],
        rotations=[5],
        dilations=[0.05],
        amplitudes=[0.5, 50],
        widths=[8],
    )
    limit = result["constant"] * result["bound"] * (1 + 1e-6)
    assert (result["error"] <= limit).all()
    # the field of 50 pixels folds the image, and is left out, and counted
    assert result.sizes["deformation"] == 4
    assert result.attrs["folding"] == 1
    np.testing.assert_allclose(
        result["bound"], result["displacement"] / 8 + result["gradient"] + result["hessian"]
    )
    np.testing.assert_allclose(result["of_family"].max("family_name"), result["constant"])
    assert result.sizes["family_name"] == len(FAMILIES)


def test_a_dilation_moves_a_high_frequency_far_in_fourier_and_little_in_scattering():
    """The counter-example that motivates wavelets (Mallat 2012, §2.2)."""
    y, x = np.mgrid[:32, :32] - 15.5
    packet = np.cos(2.2 * x) * np.exp(-(x**2 + y**2) / 72)
    images = torch.from_numpy(packet / 2)[None, None]
    images = images - images.mean()
    errors = {}
    for kind in ("fourier", "scattering"):
        cascade = of_kind(kind)
        result = deformation_error(cascade, cascade.layers[-1:], images, 3, dilations=[0.1])
        errors[kind] = result["error"].item()
    assert errors["scattering"] < errors["fourier"] / 2


@pytest.mark.parametrize(
    ("network", "colours"),
    [
        (LeNet5(kind="lenet5"), 1),
        (Hybrid(kind="hybrid", channels=[4], scattering={**SCATTERING, "J": 2}), 3),
    ],
)
def test_every_layer_of_a_network_has_a_constant(network, colours):
    cascade = build_network(network.model_dump(mode="json"), (colours, 32, 32), 10).eval()
    result = deformation_error(cascade, cascade.layers, spots(2, colours), 3, shifts=[1])
    assert (result["constant"] > 0).all()
    assert result.attrs["layers"] == list(cascade.layers)


@given(st.lists(st.floats(0, 5), min_size=3, max_size=3).filter(lambda w: max(w) > 0.1))
def test_the_weights_of_the_terms_are_found(weights):
    terms = np.random.default_rng(0).uniform(0.1, 1, (12, 3))
    found, left = fitted_terms(terms, (terms @ weights)[:, None])
    np.testing.assert_allclose(found[:, 0], weights, atol=1e-6)
    assert left[0] < 1e-6


def test_deformations_that_all_fold_the_image_are_refused():
    cascade = of_kind("pixels")
    with pytest.raises(ConfigError, match="all 1 deformations fold"):
        deformation_error(cascade, ["pixels"], spots(1), 3, dilations=[1.5])


def test_an_unknown_layer_is_refused():
    with pytest.raises(ScatterlabError, match="no layer 'S9'"):
        deformation_error(of_kind("scattering"), ["S9"], spots(1), 3, shifts=[1])
