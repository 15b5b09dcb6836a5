"""Loss and accuracy of an epoch, looked at now and then."""

import math

import pytest
import torch

from scatterlab.errors import ScatterlabError
from scatterlab.training.tally import Tally

SPEC = {"learning_rate": 0.5}
STEPS = [(2.0, 3, 4), (1.0, 4, 4), (4.0, 0, 2)]
"""Mean loss, right decisions and images of each step."""


def tally():
    return Tally(SPEC, 1, [0.5, 0.25, 0.125], torch.device("cpu"))


@pytest.mark.parametrize("looks", [(), (1,), (1, 2), (2, 2)])
def test_means_are_over_images_however_often_it_is_looked(looks):
    kept = tally()
    for number, (loss, right, size) in enumerate(STEPS, start=1):
        kept.add(torch.tensor(loss), torch.tensor(right), size)
        for _ in range(looks.count(number)):
            kept.look()
    assert kept.seen == 10
    assert kept.look() == (pytest.approx(2.0), 0.7)


def test_the_step_that_diverges_is_named_with_its_rate():
    kept = tally()
    kept.add(torch.tensor(1.0), torch.tensor(1), 4)
    kept.add(torch.tensor(math.nan), torch.tensor(1), 4)
    with pytest.raises(ScatterlabError, match=r"nan in epoch 2, step 2, at learning rate 0\.25"):
        kept.look()
