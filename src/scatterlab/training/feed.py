"""The batches of an epoch, ready on the device before they are needed."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from scatterlab.cascades.intensities import to_intensities
from scatterlab.training.ahead import ahead
from scatterlab.training.augment import augment
from scatterlab.training.images import HeldImages, StoredImages

AHEAD = 3
"""Batches that are ready before they are needed."""

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

    def ready(batch):
        inputs, rows = batch
        inputs = to_intensities(inputs.to(device, non_blocking=True))
        inputs = augment(inputs, spec["augmentation"], rng)
        return inputs.contiguous(memory_format=torch.channels_last), targets[rows].to(device)

    read = images.batches(indices, size)
    yield from ahead(ready, zip(read, torch.from_numpy(indices).split(size), strict=True), AHEAD)
