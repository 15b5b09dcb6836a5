"""The learning rate of each gradient step."""

import math


def learning_rate(spec: dict, step: int, steps: int, steps_per_epoch: int) -> float:
    """The rate of step number `step` of `steps`, from 0, by a network's `spec`.

    The largest rate times the schedule's share, and times a linear rise from 0 over the first
    ``spec["warmup"]`` epochs (Goyal et al. 2017, §2.2), which reaches 1 at its last step.
    """
    share = SCHEDULES[spec["schedule"]](spec, step / steps)
    rising = spec["warmup"] * steps_per_epoch
    return spec["learning_rate"] * share * min(1, (step + 1) / rising if rising else 1)


def cosine(spec: dict, passed: float) -> float:
    """Half a cosine from 1 down towards 0 (Loshchilov & Hutter 2017, eq. 5, no restarts)."""
    return (1 + math.cos(math.pi * passed)) / 2


def steps(spec: dict, passed: float) -> float:
    """``decay`` to the power of how many of the ``milestones`` have passed."""
    return spec["decay"] ** sum(milestone <= passed for milestone in spec["milestones"])


def constant(spec: dict, passed: float) -> float:
    return 1.0


SCHEDULES = {"cosine": cosine, "steps": steps, "constant": constant}
"""By name, the share of the largest rate after the share `passed` of all steps."""
