"""How often the training images are gone over."""

import math
from collections.abc import Mapping


def with_epochs_for(count: int, spec: Mapping) -> dict:
    """`spec`, a network's, for `count` training images: with the epochs that ``least_steps`` asks.

    A step takes ``batch_size`` images, the last of an epoch what is left. On few images, the
    number of epochs that is right for many gives too few steps to learn anything.
    """
    batches = math.ceil(count / spec["batch_size"])
    return {**spec, "epochs": max(spec["epochs"], math.ceil(spec["least_steps"] / batches))}
