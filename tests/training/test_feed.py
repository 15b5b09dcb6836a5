"""Batches are ready in their order, however many are made ready together."""

import numpy as np
import pytest
import torch

from scatterlab.config.training import Augmentation
from scatterlab.training import feed as feeding
from scatterlab.training.feed import batches_together, feed
from scatterlab.training.images import HeldImages

CPU = torch.device("cpu")
IMAGES = torch.arange(22 * 12, dtype=torch.uint8).reshape(22, 1, 3, 4)
LABELS = torch.arange(22)


def epoch(**augmentation):
    spec = {"seed": 3, "batch_size": 4, "augmentation": Augmentation(**augmentation).model_dump()}
    images = HeldImages(IMAGES)
    return list(feed(images, LABELS, spec, 5, images.order, CPU))


@pytest.mark.parametrize("bytes_together", [1, 4 * 4 * 12 * 2, 10**9])
def test_an_epoch_shows_each_image_once_with_its_target(monkeypatch, bytes_together):
    monkeypatch.setattr(feeding, "GROUP_BYTES", bytes_together)
    batches = epoch()
    assert [len(inputs) for inputs, _ in batches] == [4, 4, 4, 4, 4, 2]
    order = np.random.default_rng((3, 5)).permutation(22)
    wanted = torch.cat([targets for _, targets in batches])
    assert torch.equal(wanted, LABELS[order])
    assert torch.equal(torch.cat([inputs for inputs, _ in batches]), IMAGES[order].float() / 255)


def test_an_epoch_that_is_altered_repeats_itself():
    first, again = epoch(shift=1, flip=True, deform=1.0), epoch(shift=1, flip=True, deform=1.0)
    for (inputs, _), (same, _) in zip(first, again, strict=True):
        assert torch.equal(inputs, same)
        assert inputs.is_contiguous(memory_format=torch.channels_last)


def test_small_batches_are_made_ready_together_and_large_ones_alone():
    assert batches_together((60_000, 1, 32, 32), 64) == 7
    assert batches_together((50_000, 3, 32, 32), 128) == 1
    assert batches_together((1_000, 3, 224, 224), 256) == 1
