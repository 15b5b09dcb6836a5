"""Gradient descent with momentum against its recursion."""

import pytest
import torch

from scatterlab.training.momentum import Momentum


def test_steps_follow_the_recursion():
    weight = torch.nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
    optimiser = Momentum({"w": weight}, momentum=0.9, weight_decay=0.1)
    w, v = 2.0, 0.0
    for rate in (0.5, 0.25, 0.1):
        (3 * weight**2).sum().backward()
        optimiser.step(rate)
        v = 0.9 * v + 6 * w + 0.1 * w
        w -= rate * v
        assert weight.item() == pytest.approx(w)
        assert optimiser.velocities["w"].item() == pytest.approx(v)
        assert weight.grad is None


def test_equals_the_optimiser_of_torch():
    draw = torch.Generator().manual_seed(0)
    ours, theirs = (torch.nn.Linear(3, 2).double() for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    optimiser = Momentum(dict(ours.named_parameters()), 0.8, 1e-2)
    reference = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.8, weight_decay=1e-2)
    for _ in range(5):
        inputs = torch.randn(4, 3, dtype=torch.float64, generator=draw)
        ours(inputs).square().sum().backward()
        optimiser.step(0.1)
        reference.zero_grad()
        theirs(inputs).square().sum().backward()
        reference.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
