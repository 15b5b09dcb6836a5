"""Random translations of a batch."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.training.augment import translate


def moved(image, dy, dx):
    """`image` (channel, y, x) translated by (dy, dx), its edges repeated: the slow way."""
    _, height, width = image.shape
    result = torch.empty_like(image)
    for y, x in np.ndindex(height, width):
        from_y, from_x = np.clip(y - dy, 0, height - 1), np.clip(x - dx, 0, width - 1)
        result[:, y, x] = image[:, from_y, from_x]
    return result


@settings(deadline=None, max_examples=20)
@given(
    shift=st.integers(0, 3),
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_each_image_is_translated_by_at_most_the_shift(shift, height, width, seed):
    rng = np.random.default_rng(seed)
    images = torch.from_numpy(rng.integers(0, 256, (4, 2, height, width)).astype("uint8"))
    steps = range(-shift, shift + 1)
    for image, result in zip(images, translate(images, shift, rng), strict=True):
        assert any(torch.equal(result, moved(image, dy, dx)) for dy in steps for dx in steps)


def test_all_translations_are_equally_likely():
    point = torch.zeros(4500, 1, 9, 9)
    point[:, :, 4, 4] = 1
    where = translate(point, 1, np.random.default_rng(0)).sum(dim=(0, 1))
    assert where.sum() == 4500
    # nine outcomes: 500 ± 21 each
    assert (where[3:6, 3:6] - 500).abs().max() < 100


def test_no_shift_draws_nothing():
    rng = np.random.default_rng(0)
    images = torch.rand(2, 1, 4, 4)
    assert translate(images, 0, rng) is images
    assert rng.integers(1000) == np.random.default_rng(0).integers(1000)
