"""Greedy training: one layer moves at a time."""

import pytest
import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.errors import ConfigError
from scatterlab.training.layer_wise import layer_by_layer


class Normed(StagedNetwork):
    """Convolution, batch normalisation, dropout; a layer without weights; a linear output."""

    def __init__(self):
        super().__init__((1, 6, 6), 6)
        self.rho = torch.nn.ReLU()
        self.first = torch.nn.Conv2d(1, 4, 3)
        self.norm = torch.nn.BatchNorm2d(4)
        self.second = torch.nn.Conv2d(4, 5, 3)
        self.drop = torch.nn.Dropout(0.5)
        self.flat = torch.nn.Flatten()
        self.last = torch.nn.Linear(20, 3)
        self.has_stages(
            {
                "rectified": (1, "rho"),
                "first": (4, "first", "norm", "rho"),
                "halved": (4, "drop"),
                "second": (5, "second", "rho"),
                "pooled": (20, "drop", "flat"),
                "last": (3, "last"),
            }
        )
        self.second.stride = (2, 2)
        self.second.padding = (1, 1)


def test_layers_without_weights_follow_those_that_have_and_share_the_epochs():
    turns = layer_by_layer(Normed(), 7, 0)
    assert [turn.layers for turn in turns] == [
        ("first", "halved"),
        ("second", "pooled"),
        ("last",),
    ]
    assert [(turn.first, turn.last) for turn in turns] == [(0, 3), (3, 5), (5, 7)]
    assert [turn.about["layer"] for turn in turns] == ["first", "second", "last"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_just_its_own_layers_and_classifier_have_gradients(number):
    network = Normed()
    turn = layer_by_layer(network, 3, 0)[number].train()
    output = turn(torch.rand(8, 1, 6, 6))
    assert output.shape == (8, 3)
    output.square().sum().backward()
    moved = {name for name, weight in turn.named_parameters() if weight.grad is not None}
    assert moved == set(turn.learned())
    assert (
        moved
        == [
            {f"network.{m}.{p}" for m in ("first", "norm") for p in ("weight", "bias")}
            | {"auxiliary.weight", "auxiliary.bias"},
            {f"{m}.{p}" for m in ("network.second", "auxiliary") for p in ("weight", "bias")},
            {"network.last.weight", "network.last.bias"},
        ][number]
    )


def test_the_layers_before_run_as_when_they_are_used():
    network = Normed()
    turn = layer_by_layer(network, 3, 0)[1].train()
    before = network.norm.running_mean.clone()
    turn(torch.rand(8, 1, 6, 6))
    assert torch.equal(network.norm.running_mean, before)
    assert not network.norm.training
    assert network.second.training


def test_lenet_takes_seven_turns_of_which_the_last_is_its_own_output():
    network = LeNet5(classes=4)
    turns = layer_by_layer(network, 7, 0)
    assert [turn.layers for turn in turns] == [(layer,) for layer in network.layers]
    images = torch.rand(3, 1, 32, 32)
    torch.testing.assert_close(turns[-1](images), network(images))


def test_fewer_epochs_than_layers_are_refused():
    message = "7 layers have weights, and `epochs: 6` .* set `epochs` to 7 or more"
    with pytest.raises(ConfigError, match=message):
        layer_by_layer(LeNet5(), 6, 0)
