"""A gradient step, and what it does when memory runs out."""

import pytest
import torch

from scatterlab.errors import ScatterlabError
from scatterlab.training.device import products
from scatterlab.training.likelihood import Likelihood
from scatterlab.training.momentum import Momentum
from scatterlab.training.step import GradientStep

CPU = torch.device("cpu")


class Small(torch.nn.Module):
    """A linear classifier with dropout that runs out of memory on more than `most` images."""

    def __init__(self, most=1000, dropout=0.0):
        super().__init__()
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(12, 3)
        self.dropout = torch.nn.Dropout(dropout)
        self.most, self.asked = most, []

    def forward(self, images):
        self.asked.append(len(images))
        if len(images) > self.most:
            raise torch.OutOfMemoryError("no room")
        return self.linear(self.dropout(images.flatten(1)))


def stepping(network, lines=None):
    optimiser = Momentum(dict(network.named_parameters()), 0.9, 1e-3)
    report = lines.append if lines is not None else lambda line: None
    return GradientStep(network, Likelihood(), optimiser, CPU, report=report)


@pytest.fixture
def batch():
    draw = torch.Generator().manual_seed(1)
    return torch.rand(10, 1, 3, 4, generator=draw), torch.randint(0, 3, (10,), generator=draw)


def test_a_batch_in_pieces_is_the_same_step(batch):
    whole, lines = Small(), []
    pieces = Small(most=3)
    loss, right = stepping(whole)(*batch, 0.1, 0)
    halved = stepping(pieces, lines)
    loss_of_pieces, right_of_pieces = halved(*batch, 0.1, 0)
    torch.testing.assert_close(loss_of_pieces, loss)
    assert right_of_pieces == right
    torch.testing.assert_close(pieces.linear.weight, whole.linear.weight)
    assert pieces.asked == [10, 5, 3, 3, 3, 1]
    assert "memory" in lines[-1]
    assert "3 at a time" in lines[-1]
    halved(*batch, 0.1, 0)
    assert pieces.asked[6:] == [3, 3, 3, 1]


def test_gradients_of_the_failed_attempt_are_dropped(batch):
    class FailsLate(Small):
        def forward(self, images):
            output = super().forward(images)
            if self.asked == [10, 5, 5]:
                raise torch.OutOfMemoryError("no room")
            return output

    whole, pieces = Small(), FailsLate(most=5)
    stepping(whole)(*batch, 0.1, 0)
    stepping(pieces)(*batch, 0.1, 0)
    torch.testing.assert_close(pieces.linear.weight, whole.linear.weight)


def test_not_one_image_says_what_would_fit(batch):
    message = "out of memory on cpu with one image of 1×3×4 at a time: smaller images"
    with pytest.raises(ScatterlabError, match=message):
        stepping(Small(most=0))(*batch, 0.1, 0)


def test_what_is_dropped_follows_from_the_seed(batch):
    def loss_after(seed):
        torch.rand(5)  # whatever else draws
        return stepping(Small(dropout=0.5))(*batch, 0.1, seed)[0]

    assert loss_after(1) == loss_after(1)
    assert loss_after(1) != loss_after(2)


def test_products_on_a_processor_are_float32():
    with products(CPU, "bfloat16"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
