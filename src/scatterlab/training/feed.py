"""The batches of an epoch, ready on the device before they are needed."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from scatterlab.cascades.intensities import to_intensities
from scatterlab.training.ahead import ahead
from scatterlab.training.augment import augment
from scatterlab.training.images import HeldImages, StoredImages

AHEAD = 3
"""Batches, or groups of small ones, that are ready before they are needed."""
GROUP_BYTES = 2_000_000
"""Small batches are made ready together, as many as take so many bytes, or one: on a processor the
thread that makes them ready stops the one that trains at each of its calls."""

Order = Callable[[np.random.Generator], np.ndarray]
"""Draws the order of an epoch: as many indices (int64) as there are images, repeated or not."""


def feed(
    images: HeldImages | StoredImages,
    targets: torch.Tensor,
    spec: dict,
    epoch: int,
    order: Order,
    device: torch.device,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Augmented intensities (sample, channel, y, x), float32, and targets of each batch.

    Channels are last in memory, as in the networks that are trained: steps are a quarter faster.
    All that is drawn follows from ``spec["seed"]`` and `epoch`.
    """
    rng = np.random.default_rng((spec["seed"], epoch))
    indices, size = order(rng), spec["batch_size"]
    together = size * batches_together(images.shape, size)

    def ready(group):
        inputs, rows = group
        inputs = to_intensities(inputs.to(device, non_blocking=True))
        inputs = augment(inputs, spec["augmentation"], rng)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        return inputs.split(size), targets[rows].to(device).split(size)

    read = images.batches(indices, together)
    groups = zip(read, torch.from_numpy(indices).split(together), strict=True)
    for inputs, wanted in ahead(ready, groups, AHEAD):
        yield from zip(inputs, wanted, strict=True)


def batches_together(shape: tuple[int, ...], size: int) -> int:
    """How many batches of `size` images of ``shape[1:]``, as float32, `GROUP_BYTES` hold, or 1."""
    return max(1, GROUP_BYTES // (4 * size * int(np.prod(shape[1:]))))
