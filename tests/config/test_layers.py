"""Layers named from the configuration alone are those of the cascades that are built."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from scatterlab.cascades.registry import NETWORKS, REPRESENTATIONS, build_network
from scatterlab.cascades.registry import build_representation as build
from scatterlab.config.image_sizes import smallest_image
from scatterlab.config.layers import layers_with_weights, network_layers, representation_layers
from scatterlab.config.networks import Network
from scatterlab.config.representations import Representation
from scatterlab.training.layer_wise import layer_by_layer

SCATTERING = {"kind": "scattering", "J": 1, "L": 2, "max_order": 1}
NAMED = [
    {"kind": "lenet5"},
    *({"kind": "alexnet", "variant": variant} for variant in ("2012", "2014")),
    *({"kind": "vgg", "depth": depth} for depth in (11, 13, 16, 19)),
    {"kind": "vgg", "depth": 11, "batch_norm": True},
    *({"kind": "resnet", "depth": depth} for depth in (18, 34, 50, 101, 152)),
    *({"kind": "resnet", "depth": depth} for depth in (20, 32, 44, 56, 110)),
    *({"kind": "highway", "depth": depth} for depth in (4, 5, 6, 10, 19)),
    {"kind": "all_convolutional"},
    {"kind": "convolutional"},
    *({"kind": "fully_connected", "widths": widths} for widths in ([], [5], [5, 4])),
    {"kind": "hybrid", "channels": [3, 2], "scattering": SCATTERING},
]
REPRESENTED = [
    {"kind": "pixels"},
    {"kind": "fourier"},
    SCATTERING,
    {**SCATTERING, "max_order": 2, "J": 2},
    {"kind": "roto_translation", "J": 2, "L": 2, "K": 1, "max_order": 1},
    {"kind": "spatial_mean", "of": {"kind": "roto_translation", "J": 2, "L": 2, "K": 1}},
    {"kind": "spatial_mean", "of": SCATTERING, "log": True},
    {"kind": "time_scattering", "J": 4, "Q": 2, "max_order": 1},
    {"kind": "time_frequency", "J": 4, "Q": 2, "frequency": 1},
    {"kind": "concatenated", "of": [{"kind": "time_scattering", "J": 4, "Q": q} for q in (1, 2)]},
]


def configured(section, raw):
    return TypeAdapter(section).validate_python(raw).model_dump(mode="json")


def built(spec):
    """The network without numbers in its weights: its layers cost nothing."""
    size = smallest_image(spec)
    device = "cpu" if spec["kind"] == "hybrid" else "meta"
    with torch.device(device):
        return build_network(spec, (3, size, size), 4)


def test_every_kind_is_here():
    assert {raw["kind"] for raw in NAMED} == set(NETWORKS)
    assert {raw["kind"] for raw in REPRESENTED} == set(REPRESENTATIONS) - {"network"}


@pytest.mark.parametrize("raw", NAMED, ids=lambda raw: "-".join(map(str, raw.values()))[:24])
def test_networks_have_the_layers_that_are_named(raw):
    spec = configured(Network, raw)
    assert network_layers(spec) == built(spec).layers


@pytest.mark.parametrize("kind", sorted(NETWORKS))
def test_layers_with_weights_are_those_that_take_turns(kind):
    spec = configured(Network, next(raw for raw in NAMED if raw["kind"] == kind))
    turns = layer_by_layer(built(spec), 100, 0)
    assert layers_with_weights(spec) == tuple(turn.layers[0] for turn in turns)


@settings(max_examples=25, deadline=None)
@given(
    channels=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    blocks=st.integers(1, 3),
    pooling=st.sampled_from(["average", "max", "strided"]),
)
def test_cascades_of_blocks_have_the_layers_that_are_named(channels, blocks, pooling):
    raw = {"kind": "convolutional", "channels": channels, "blocks": blocks, "pooling": pooling}
    spec = configured(Network, raw)
    network = built(spec)
    turns = layer_by_layer(network, 100, 0)
    assert network_layers(spec) == network.layers
    assert layers_with_weights(spec) == tuple(turn.layers[0] for turn in turns)


@pytest.mark.parametrize("raw", REPRESENTED, ids=lambda raw: raw["kind"])
def test_representations_have_the_layers_that_are_named(raw):
    spec = configured(Representation, raw)
    of_sounds = raw["kind"] in ("time_scattering", "time_frequency", "concatenated")
    shape = (1, 1, 64) if of_sounds else (1, 8, 8)
    cascade, taken = build(spec, shape)
    assert representation_layers(spec, {}) == cascade.layers
    assert taken == cascade.layers[-1]


def test_the_layers_behind_a_representation_are_all_of_its_network():
    networks = {"n": configured(Network, {"kind": "lenet5"})}
    spec = configured(Representation, {"kind": "network", "network": "n", "layer": "F6"})
    assert representation_layers(spec, networks) == network_layers(networks["n"])


def test_a_configuration_is_read_without_torch():
    code = "import sys, scatterlab.config.load; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
