"""What networks cost."""

import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.training.cost import costs, multiply_adds

C1, C3, C5, F6, OUTPUT = 6 * 25 * 28**2, 16 * 6 * 25 * 10**2, 120 * 16 * 25, 120 * 84, 84 * 10


def test_multiply_adds_are_those_of_the_convolutions():
    assert multiply_adds(LeNet5(), torch.zeros(1, 1, 32, 32)) == C1 + C3 + C5 + F6 + OUTPUT


def test_costs_of_networks_side_by_side_leave_no_gradient():
    networks = {"one": LeNet5(), "other": LeNet5(classes=3)}
    images, labels = torch.rand(4, 1, 32, 32), torch.tensor([0, 1, 2, 0])
    found = costs(networks, images, labels, rounds=2)
    assert found["one"]["parameters"] == 156 + 12 + 1516 + 32 + 48120 + 10164 + 850
    assert found["other"]["parameters"] == found["one"]["parameters"] - 7 * 85
    assert all(cost["milliseconds"] > 0 for cost in found.values())
    assert all(weights.grad is None for one in networks.values() for weights in one.parameters())
