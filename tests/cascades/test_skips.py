"""Non-linearities, poolings, shortcuts, residual blocks and highway gates."""

import pytest
import torch

from scatterlab.cascades.blocks.highway import HighwayGate
from scatterlab.cascades.blocks.nonlinearity import GAINS, nonlinearity
from scatterlab.cascades.blocks.pooling import pooling
from scatterlab.cascades.blocks.residual import BasicBlock, Bottleneck
from scatterlab.cascades.blocks.shortcut import Projection, ZeroPadding, shortcut
from scatterlab.cascades.initialisation import draw_weights


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_nonlinearities_are_their_formulas():
    values = torch.tensor([-2.0, -0.05, 0.0, 0.05, 2.0])
    expected = {
        "relu": values.clamp(min=0),
        "threshold": (values - 0.1).clamp(min=0),
        "modulus": values.abs(),
        "scaled_tanh": 1.7159 * torch.tanh(2 * values / 3),
        "sigmoid": 1 / (1 + torch.exp(-values)),
    }
    assert expected.keys() == GAINS.keys()
    for name, result in expected.items():
        torch.testing.assert_close(nonlinearity(name, threshold=0.1)(values), result)


def test_the_modulus_of_complex_maps_is_real():
    torch.testing.assert_close(nonlinearity("modulus")(torch.tensor([3 + 4j])), torch.tensor([5.0]))


@pytest.mark.parametrize("name", ["relu", "modulus"])
def test_first_weights_keep_the_energy_through_layers(name):
    layers = [part for _ in range(10) for part in (torch.nn.Linear(400, 400), nonlinearity(name))]
    network = torch.nn.Sequential(*layers)
    draw_weights(network, seed=0, gain=GAINS[name])
    signals = normal(200, 400)
    energy = network(signals).square().mean() / signals.square().mean()
    assert 0.5 < energy.item() < 2


@pytest.mark.parametrize("name", ["average", "max", "strided"])
def test_poolings_halve_and_drop_an_odd_edge(name):
    assert pooling(name, 3)(normal(2, 3, 7, 8)).shape == (2, 3, 3, 4)


def test_a_strided_convolution_can_be_the_average():
    learned = pooling("strided", 3)
    with torch.no_grad():
        learned.bias.zero_()
        learned.weight.copy_(torch.eye(3)[:, :, None, None].expand(3, 3, 2, 2) / 4)
    maps = normal(2, 3, 6, 6)
    torch.testing.assert_close(learned(maps), pooling("average", 3)(maps))


def test_the_maximum_is_not_linear_and_the_average_is():
    one, other = normal(1, 2, 4, 4), normal(1, 2, 4, 4, seed=1)
    average, largest = pooling("average", 2), pooling("max", 2)
    torch.testing.assert_close(average(one + other), average(one) + average(other))
    assert not torch.allclose(largest(one + other), largest(one) + largest(other))


def test_zero_padding_keeps_every_other_pixel_and_has_no_parameters():
    maps = normal(2, 3, 5, 6)
    block = ZeroPadding(3, 8, stride=2)
    result = block(maps)
    assert not list(block.parameters())
    assert torch.equal(result[:, 2:5], maps[:, :, ::2, ::2])
    assert not result[:, :2].any()
    assert not result[:, 5:].any()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((4, 4), torch.nn.Identity),
        ((4, 6), ZeroPadding),
        ((4, 4, 2), ZeroPadding),
        ((6, 4), Projection),
        ((4, 6, 1, False), Projection),
    ],
)
def test_a_shortcut_is_as_simple_as_can_be(arguments, expected):
    assert type(shortcut(*arguments)) is expected


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_residual_block_of_zero_weights_is_its_rectified_shortcut(block, padded, stride):
    made = block(4, 4, stride, padded)
    for name, weights in made.named_parameters():
        if not name.startswith("downsample"):
            torch.nn.init.zeros_(weights)
    maps = normal(2, 4, 7, 6)
    result = made.eval()(maps)
    assert result.shape == (2, 4 * block.expansion, -(-7 // stride), 6 // stride)
    torch.testing.assert_close(result, made.downsample(maps).relu())


def test_a_highway_gate_mixes_from_all_carried_to_all_transformed():
    gate = HighwayGate(2, 3, 3, bias=-50)
    draw_weights(gate, seed=0)
    maps, transformed, carried = (
        normal(1, 2, 4, 4),
        normal(1, 3, 4, 4, seed=1),
        torch.ones(1, 3, 4, 4),
    )
    torch.testing.assert_close(gate(maps, transformed, carried), carried)
    torch.nn.init.constant_(gate.gate.bias, 50)
    torch.testing.assert_close(gate(maps, transformed, carried), transformed)
    torch.nn.init.constant_(gate.gate.bias, 0)
    torch.nn.init.zeros_(gate.gate.weight)
    torch.testing.assert_close(gate(maps, transformed, carried), (transformed + carried) / 2)


def test_a_gate_starts_at_its_own_bias():
    gate = HighwayGate(2, 2, 3, bias=-3)
    draw_weights(torch.nn.Sequential(gate), seed=0)
    assert gate.gate.bias.tolist() == [-3, -3]
