"""Bounds of layers: closed forms, what attains them, and that nothing exceeds them."""

from math import inf, isnan

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from scatterlab.cascades.blocks.local_contrast import LocalContrastNormalisation
from scatterlab.cascades.blocks.response_normalisation import ResponseNormalisation
from scatterlab.cascades.blocks.scaled_tanh import ScaledTanh
from scatterlab.cascades.blocks.subsampling import Subsampling
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.norms.bounds import bounds_of
from scatterlab.cascades.norms.slopes import SLOPES, max_pooling
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.cascades.resnet import ResNetCIFAR
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.config.networks import Network
from scatterlab.config.representations import Representation
from scatterlab.errors import ScatterlabError


def network(shape=(1, 16, 16), classes=3, **values):
    spec = TypeAdapter(Network).validate_python(values).model_dump(mode="json")
    return build_network(spec, shape, classes)


def representation(shape=(3, 16, 16), **values):
    spec = TypeAdapter(Representation).validate_python(values).model_dump(mode="json")
    return build_representation(spec, shape, 3)[0]


@torch.no_grad()
def ratio(function, x, y):
    return float((function(x) - function(y)).norm() / (x - y).norm())


@given(
    st.integers(1, 4), st.integers(1, 3), st.integers(0, 1), st.integers(1, 2), st.integers(0, 99)
)
@settings(max_examples=30, deadline=None)
def test_the_bound_of_maximum_pooling_holds_and_is_attained(kernel, stride, padding, spread, seed):
    pooling = torch.nn.MaxPool2d(kernel, stride, min(padding, kernel // 2), spread)
    bound = max_pooling(pooling, (2, 9, 9))
    x, y = torch.from_numpy(np.random.default_rng(seed).standard_normal((2, 1, 2, 9, 9)))
    assert ratio(pooling, x, y) <= bound + 1e-9
    ratios = []
    for place in np.ndindex(9, 9):
        x = torch.zeros(1, 1, 9, 9, dtype=torch.float64)
        x[(0, 0, *place)] = 1
        ratios.append(ratio(pooling, x, 2 * x))
    assert max(ratios) == pytest.approx(bound)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (torch.nn.AvgPool2d(2), 1 / 2),
        (torch.nn.AvgPool2d(3), 1 / 3),
        (torch.nn.AdaptiveAvgPool2d(1), 1 / 8),
        (Subsampling(2), 1 / 2),
        (torch.nn.MaxPool2d(2), 1),
        (torch.nn.MaxPool2d(3, 2), 2),
        (ScaledTanh(), 1.7159 * 2 / 3),
        (torch.nn.Sigmoid(), 1 / 4),
        (torch.nn.ReLU(), 1),
        (torch.nn.Dropout(0.5), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_closed_forms(module, expected):
    assert SLOPES[type(module)](module.eval(), (2, 8, 8)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "module",
    [
        ResponseNormalisation(),
        ResponseNormalisation(k=0.5, alpha=1.0),
        LocalContrastNormalisation(3, 2.0, 0.1),
        LocalContrastNormalisation(3, 1.0, 0.1),
        LocalContrastNormalisation(3, 4.0, 0.1),
    ],
    ids=lambda module: repr(module),
)
def test_no_jacobian_of_a_normalisation_exceeds_its_bound(module):
    shape = (3, 4, 4)
    bound = SLOPES[type(module)](module, shape)
    rng, largest = np.random.default_rng(0), 0
    for size in (1e-6, 0.1, 1, 10):
        x = torch.from_numpy(size * rng.standard_normal((1, *shape)))
        jacobian = torch.autograd.functional.jacobian(module, x).reshape(48, 48)
        largest = max(largest, float(torch.linalg.matrix_norm(jacobian, ord=2)))
    assert bound / 8 < largest <= bound


NETWORKS = {
    "plain": {"kind": "convolutional", "channels": [3, 4], "pooling": "max"},
    "modulus": {
        "kind": "convolutional",
        "channels": [3, 4],
        "rho": "modulus",
        "pooling": "strided",
    },
    "residual": {"kind": "convolutional", "channels": [3, 4], "skip": "residual"},
    "cascade": {"kind": "convolutional", "channels": [3], "kernel": 5, "cascade": "separable"},
    "contrast": {"kind": "convolutional", "channels": [3], "normalisation": "local_contrast"},
    "response": {"kind": "convolutional", "channels": [3], "normalisation": "response"},
    "hybrid": {
        "kind": "hybrid",
        "channels": [4],
        "scattering": {"kind": "scattering", "J": 1, "L": 4, "max_order": 1},
    },
    "fully connected": {"kind": "fully_connected", "widths": [9, 5], "rho": "sigmoid"},
    "highway": {"kind": "convolutional", "channels": [3, 4], "skip": "highway"},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_no_layer_moves_further_than_its_bound(name):
    made = network(**NETWORKS[name])
    made.standardise.fix(torch.tensor([0.4]), torch.tensor([0.25]))
    bounds = bounds_of(made)
    x, y = torch.rand(2, 1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    assert bounds.before == pytest.approx(4)
    for layer in made.layers:
        assert (
            ratio(lambda images, layer=layer: made.maps(images, layer), x, y) <= bounds.whole[layer]
        )
    if name == "highway":
        assert bounds.whole["output"] == inf
        assert "gate" in bounds.remarks["stage1_block1"]
        assert bounds.alone["pool1"] == pytest.approx(1 / 2)
    else:
        assert bounds.whole["output"] < inf


def test_bounds_of_residual_blocks_are_sums():
    made = ResNetCIFAR((1, 16, 16), 3, depth=8).eval()
    bounds = bounds_of(made)
    norms = {operator.name: operator.norm for operator in bounds.operators}
    for layer in ("layer1.0", "layer3.0"):
        inner = norms[f"{layer}.conv1"] * norms[f"{layer}.conv2"]
        assert bounds.alone[layer] == pytest.approx(inner + 1)
    assert len(norms) == 8


def test_two_ways_to_the_norm_of_each_operator_agree():
    for operator in bounds_of(LeNet5()).operators:
        assert operator.iterated == pytest.approx(operator.circular, rel=1e-4)
        assert operator.norm <= operator.circular * (1 + 1e-6)


def test_a_module_of_which_nothing_is_known_is_named():
    made = network(**NETWORKS["plain"])
    made.pool1 = torch.nn.LPPool2d(2, 2)
    with pytest.raises(ScatterlabError, match="LPPool2d"):
        bounds_of(made)


def test_a_unitary_scattering_has_bound_one_and_its_padding_counts():
    zero, reflect = (
        bounds_of(Scattering2D(2, (16, 16), 4, bank="unitary", padding=padding))
        for padding in ("zero", "reflect")
    )
    for layer in ("S0", "S1", "S2"):
        assert zero.whole[layer] == pytest.approx(1, abs=1e-9)
        assert reflect.alone[layer] == pytest.approx(1, abs=1e-9)
    assert reflect.whole["S2"] == pytest.approx(2)
    assert bounds_of(Scattering2D(3, (32, 32), padding="zero")).whole["S2"] > 1.01


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "scattering", "J": 2, "L": 4, "padding": "zero"},
        {"kind": "scattering", "J": 2, "L": 4, "bank": "kymatio"},
        {"kind": "roto_translation", "J": 2, "L": 4, "K": 2},
        {"kind": "scattering", "J": 2, "L": 4, "colour": "yuv", "chrominance": {"size": 8, "J": 1}},
        {"kind": "pixels"},
        {"kind": "fourier"},
    ],
    ids=["zero", "kymatio", "roto_translation", "yuv", "pixels", "fourier"],
)
def test_no_fixed_representation_moves_further_than_its_bound(values):
    made = representation(**values)
    bounds = bounds_of(made)
    x, y = torch.rand(2, 1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    for layer in made.layers:
        moved = (made.maps(x, layer) - made.maps(y, layer))[0]
        if bounds.scales[layer] is not None:
            moved = moved * bounds.scales[layer][:, None, None]
        assert moved.norm() / (x - y).norm() <= bounds.whole[layer] * (1 + 1e-5)


def test_of_what_no_bound_is_known_it_is_said():
    made = representation(
        kind="spatial_mean", of={"kind": "scattering", "J": 2, "L": 4}, sizes=1, log=True
    )
    bounds = bounds_of(made)
    assert all(isnan(bound) for bound in bounds.whole.values())
    assert "SpatialMean" in next(iter(bounds.remarks.values()))
    assert bounds_of(Pixels((1, 4, 4))).whole == {"pixels": 1.0}
