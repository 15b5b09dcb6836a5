"""Which maps of layers stand for transformations of the image."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.equivariance import MAPS, equivariance, plane_maps
from scatterlab.analyses.plane_maps import flip, rotation, translation
from scatterlab.analyses.ridge import fitted_map
from scatterlab.analyses.spans import spans
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Convolutional, Hybrid, LeNet5

SCATTERING = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2, "bank": "unitary"}
EXACT = [flip("x"), rotation(90)]


def pictures(count, colours=1, size=16, seed=0):
    """Smooth random images."""
    draw = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, colours, 6, 6, generator=draw)
    return torch.nn.functional.interpolate(coarse, size=size, mode="bicubic").clamp(0, 1)


def measured(cascade, layers, transformations, colours=1, size=16, count=80):
    train, test = (pictures(n, colours, size, seed=n) for n in (count, 30))
    return equivariance(cascade, layers, train, test, transformations)["error"].values


def test_pixels_move_as_they_are_and_are_not_invariant():
    cascade, _ = build_representation({"kind": "pixels"}, (1, 16, 16))
    learned, moved, same = measured(cascade, ["pixels"], EXACT)
    np.testing.assert_array_equal(moved, 0)
    assert learned.max() < 1e-6
    assert same.min() > 0.5


def test_a_turn_of_the_image_permutes_the_angles_of_scattering():
    """Positions alone do not do it, and a map of the channels does, exactly."""
    cascade, _ = build_representation(SCATTERING, (1, 16, 16))
    learned, moved, _ = measured(cascade, ["S0", "S1", "S2"], EXACT)
    assert learned.max() < 1e-3
    assert moved[:, 0].max() < 1e-5  # order 0 has no angles
    assert moved[:, 1:].min() > 0.05


def test_the_modulus_of_the_fourier_transform_is_invariant_to_what_is_seen_to_move():
    cascade, _ = build_representation({"kind": "fourier"}, (1, 16, 16))
    error = measured(cascade, ["modulus"], [translation(1, 16)])
    assert error[MAPS.index("same"), 0, 0] < 0.3


@pytest.mark.parametrize(
    ("network", "colours"),
    [
        (LeNet5(kind="lenet5"), 1),
        (Convolutional(kind="convolutional", channels=[4, 8]), 3),
        (Hybrid(kind="hybrid", channels=[4], scattering=SCATTERING), 3),
    ],
)
def test_every_layer_of_a_network_is_measured(network, colours):
    cascade = build_network(network.model_dump(mode="json"), (colours, 32, 32), 10).eval()
    errors = measured(cascade, cascade.layers, [flip("x")], colours, 32, count=40)
    assert errors.shape == (3, 1, len(cascade.layers))
    assert np.isfinite(errors).all()


@pytest.mark.parametrize(
    ("shift", "exact"), [(4, ["C1", "S2", "C3", "S4"]), (2, ["C1", "S2", "C3"])]
)
def test_layers_without_padding_move_exactly_under_translations_by_their_steps(shift, exact):
    cascade = build_network(LeNet5(kind="lenet5").model_dump(mode="json"), (1, 32, 32), 10).eval()
    learned, moved, same = measured(cascade, exact, [translation(shift, 32)], size=32, count=40)
    assert moved.max() < 1e-5
    assert learned.max() < 1e-3
    assert same.min() > 0.1


def test_the_positions_of_a_layer_stand_over_as_much_of_the_image_as_its_steps_say():
    lenet = build_network(LeNet5(kind="lenet5").model_dump(mode="json"), (1, 32, 32), 10)
    assert spans(lenet, lenet.layers[:5]) == [28 / 32, 28 / 32, 20 / 32, 20 / 32, 1]
    hybrid = Hybrid(kind="hybrid", channels=[4, 8], scattering=SCATTERING)
    padded = build_network(hybrid.model_dump(mode="json"), (3, 32, 32), 10).eval()
    assert set(spans(padded, padded.layers)) == {1}
    scattering, _ = build_representation(SCATTERING, (1, 16, 16))
    assert spans(scattering, ["S1"]) == [1]
    odd, _ = build_representation(SCATTERING, (1, 18, 18))
    assert spans(odd, ["S1"]) == [16 / 18]


def test_a_joint_scattering_that_is_averaged_over_angles_needs_no_map_of_its_channels():
    joint = {"kind": "roto_translation", "J": 2, "L": 4, "K": 2, "bank": "unitary"}
    cascade, layer = build_representation(joint, (1, 16, 16))
    _, moved, same = measured(cascade, [layer], [rotation(90)])
    assert moved.max() < 1e-4
    assert same.min() > 0.1


def test_a_constant_layer_has_no_error_to_speak_of():
    cascade, _ = build_representation({"kind": "pixels"}, (1, 16, 16))
    dark = torch.zeros(8, 1, 16, 16)
    result = equivariance(cascade, ["pixels"], dark, dark, [flip("x")])
    assert np.isnan(result["error"].values).all()


def test_the_transformations_are_those_of_the_configuration():
    names = [g.name for g in plane_maps(["x"], [15.0], [1.25], [1, 4], 32)]
    assert names == ["flip x", "15°", "×1.25", "1 px", "4 px"]


@pytest.mark.parametrize(("rows", "inputs"), [(200, 5), (40, 100)])
def test_least_squares_finds_a_linear_map_with_few_and_with_many_inputs(rows, inputs):
    draw = np.random.default_rng(0)
    X = draw.standard_normal((rows, inputs)) @ np.diag(1.0 / (1 + np.arange(inputs)))
    W = draw.standard_normal((inputs, 3))
    apply, ridge = fitted_map(X, X @ W + 2, np.arange(rows))
    np.testing.assert_allclose(apply(X), X @ W + 2, atol=1e-2)
    assert ridge < 1e-2
