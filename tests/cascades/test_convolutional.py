"""The network of choices: every combination builds, runs and follows its seed."""

from itertools import product
from typing import get_args

import pytest
import torch

from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Convolutional, Hybrid
from scatterlab.errors import ScatterlabError

CHOICES = ("kernel", "cascade", "rho", "normalisation", "pooling", "skip")


def specification(kind=Convolutional, **values):
    return kind(kind=kind.__name__.lower(), **values).model_dump(mode="json")


def hybrid(**values):
    values = {"scattering": {"kind": "scattering", "J": 2, "L": 4}, "channels": [8], **values}
    return specification(Hybrid, **values)


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def options(name):
    return get_args(Convolutional.model_fields[name].annotation)


def combinations():
    """Every pair of choices of two keys, the other keys as they are by default."""
    for index, first in enumerate(CHOICES):
        for second in CHOICES[index + 1 :]:
            for one, other in product(options(first), options(second)):
                yield {first: one, second: other}


def test_every_pair_of_choices_builds_and_runs_and_learns():
    batch = images(2, 3, 8, 9)
    for choice in combinations():
        network = build_network(specification(channels=[4, 3], **choice), (3, 8, 9), 2)
        logits = network(batch)
        assert logits.shape == (2, 2), choice
        logits.square().sum().backward()
        gradients = [weights.grad for weights in network.parameters()]
        assert all(g is not None and g.isfinite().all() for g in gradients), choice


def test_layers_are_named_by_stage_and_block_and_have_a_row_of_the_table_each():
    network = build_network(specification(channels=[4, 6], blocks=2), (1, 12, 13), 5)
    expected = {
        "stage1_block1": (4, 12, 13),
        "stage1_block2": (4, 12, 13),
        "pool1": (4, 6, 6),
        "stage2_block1": (6, 6, 6),
        "stage2_block2": (6, 6, 6),
        "pool2": (6, 3, 3),
        "output": (5, 3, 3),
    }
    assert network.layers == tuple(expected)
    for layer, shape in expected.items():
        assert network.maps(images(2, 1, 12, 13), layer).shape == (2, *shape)
        assert len(network.table(layer)["feature"]) == shape[0]


def test_logits_are_the_spatial_average_of_the_last_maps():
    network = build_network(specification(), (1, 16, 16), 5)
    batch = images(2, 1, 16, 16)
    torch.testing.assert_close(network(batch), network.maps(batch).mean(dim=(-2, -1)))


def test_a_residual_block_of_two_kernels_is_that_of_residual_networks():
    spec = specification(channels=[4], kernel=5, cascade="small", skip="residual")
    block = build_network(spec, (4, 8, 8), 2).eval().stage1_block1
    first, bn1, _, second, bn2 = block.transform
    maps = images(2, 4, 8, 8)
    expected = torch.relu(bn2(second(torch.relu(bn1(first(maps))))) + maps)
    torch.testing.assert_close(block(maps), expected)


def test_a_highway_block_starts_by_passing_its_input():
    spec = specification(channels=[4], skip="highway", gate_bias=-30)
    block = build_network(spec, (4, 8, 8), 2).eval().stage1_block1
    maps = images(2, 4, 8, 8)
    torch.testing.assert_close(block(maps), maps)


def test_dropout_acts_in_training_only():
    network = build_network(specification(dropout=0.5, normalisation="none"), (1, 8, 8), 3)
    batch = images(4, 1, 8, 8)
    assert not torch.equal(network(batch), network(batch))
    network.eval()
    assert torch.equal(network(batch), network(batch))


@pytest.mark.parametrize("make", [specification, hybrid])
def test_first_weights_follow_the_seed(make):
    first, again, other = (
        build_network(make(seed=seed), (1, 16, 16), 3).state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["output.weight"], other["output.weight"])


@pytest.mark.parametrize(
    ("spec", "least"), [(specification(channels=[2, 2, 2]), 8), (hybrid(channels=[2, 2]), 16)]
)
def test_small_images_are_refused_with_the_remedy(spec, least):
    build_network(spec, (1, least, least), 2)(images(2, 1, least, least))
    with pytest.raises(ScatterlabError, match=f"at least {least}×{least}.*set `size: {least}`"):
        build_network(spec, (1, least, least - 1), 2)


@pytest.mark.parametrize("colour", ["keep", "yuv"])
def test_the_first_layer_of_a_hybrid_is_the_scattering_of_the_standardised_image(colour):
    spec = hybrid(scattering={"kind": "scattering", "J": 2, "L": 4, "colour": colour})
    network = build_network(spec, (3, 16, 16), 2)
    network.standardise.fix(torch.full((3,), 0.5), torch.full((3,), 0.25))
    alone, layer = build_representation(spec["scattering"], (3, 16, 16))
    batch = images(2, 3, 16, 16)
    assert network.layers[0] == "scattering"
    torch.testing.assert_close(network.maps(batch, "scattering"), alone.maps(4 * batch - 2, layer))
    assert network.table("scattering").keys() == alone.table(layer).keys()
    assert network.describe("theta1") == alone.describe("theta1")


def test_a_hybrid_is_differentiable_to_the_image():
    network = build_network(hybrid(rho="sigmoid", channels=[3]), (1, 8, 8), 2).double().eval()
    batch = images(1, 1, 8, 8).double().requires_grad_()
    assert torch.autograd.gradcheck(network, batch, fast_mode=True)


def test_the_weights_of_a_hybrid_are_those_that_are_learned():
    network = build_network(hybrid(), (1, 16, 16), 2)
    assert not any("scattering" in name for name in network.state_dict())
