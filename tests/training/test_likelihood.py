"""The loss is minus the mean logarithm of a softmax."""

import pytest
import torch

from scatterlab.training.likelihood import negative_log_likelihood


def test_equals_its_definition():
    logits = torch.tensor([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]], dtype=torch.float64)
    labels = torch.tensor([1, 0])
    softmax = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    expected = -(softmax[0, 1].log() + softmax[1, 0].log()) / 2
    torch.testing.assert_close(negative_log_likelihood(logits, labels), expected)


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    loss = negative_log_likelihood(torch.zeros(4, 10), torch.arange(4))
    assert loss.item() == pytest.approx(2.302585, abs=1e-6)


def test_large_logits_do_not_overflow():
    loss = negative_log_likelihood(torch.tensor([[1e4, -1e4]]), torch.tensor([1]))
    assert loss.item() == 2e4


def test_gradient_is_the_softmax_minus_the_truth():
    logits = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 2, 1, 1, 0])
    negative_log_likelihood(logits, labels).backward()
    expected = logits.detach().softmax(dim=1) - torch.eye(3).double()[labels]
    torch.testing.assert_close(logits.grad, expected / 5)
