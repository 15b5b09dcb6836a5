"""Stored images become intensities in [0, 1]."""

import torch

from scatterlab.cascades.intensities import to_intensities
from scatterlab.training.images import HeldImages
from scatterlab.training.moments import BATCH, moments


def test_uint8_is_a_255th_and_float_is_as_it_is():
    stored = torch.tensor([0, 51, 255], dtype=torch.uint8)
    torch.testing.assert_close(to_intensities(stored), torch.tensor([0, 0.2, 1]))
    kept = torch.tensor([0.25, 1.0])
    assert torch.equal(to_intensities(kept), kept)


def test_moments_are_those_of_all_images_at_once():
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (BATCH + 7, 2, 3, 4), generator=draw).to(torch.uint8)
    mean, std = moments(HeldImages(images))
    values = images.double().transpose(0, 1).reshape(2, -1) / 255
    torch.testing.assert_close(mean, values.mean(dim=1), atol=1e-7, rtol=0)
    torch.testing.assert_close(std, values.std(dim=1, correction=0), atol=1e-7, rtol=0)


def test_moments_of_a_constant_image_have_no_spread():
    _, std = moments(HeldImages(torch.full((3, 1, 5, 5), 77, dtype=torch.uint8)))
    assert std.item() < 1e-7
