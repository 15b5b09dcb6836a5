"""The learning rate from step to step."""

import pytest
from pydantic import ValidationError

from scatterlab.config.networks import LeNet5
from scatterlab.training.schedule import learning_rate


def rates(steps=100, per_epoch=10, **values):
    spec = LeNet5(kind="lenet5", learning_rate=0.2, **values).model_dump()
    return [learning_rate(spec, step, steps, per_epoch) for step in range(steps)]


def test_a_cosine_falls_from_the_largest_to_nearly_none():
    found = rates(schedule="cosine")
    assert found[0] == 0.2
    assert found[50] == pytest.approx(0.1)
    assert 0 < found[-1] < 1e-4
    assert found == sorted(found, reverse=True)


def test_steps_decay_at_each_milestone():
    found = rates(schedule="steps", milestones=[0.5, 0.75], decay=0.1)
    assert found[:50] == [0.2] * 50
    assert found[50:75] == pytest.approx([0.02] * 25)
    assert found[75:] == pytest.approx([0.002] * 25)


def test_constant_is_constant():
    assert rates(schedule="constant") == [0.2] * 100


@pytest.mark.parametrize("schedule", ["cosine", "steps", "constant"])
def test_warm_up_rises_linearly_to_the_schedule(schedule):
    warm, cold = rates(schedule=schedule, warmup=2), rates(schedule=schedule)
    assert warm[:20] == pytest.approx([cold[n] * (n + 1) / 20 for n in range(20)])
    assert warm[19:] == cold[19:]


def test_warm_up_is_no_longer_than_the_training():
    with pytest.raises(ValidationError, match="21 epochs are more than the 20"):
        LeNet5(kind="lenet5", warmup=21)
