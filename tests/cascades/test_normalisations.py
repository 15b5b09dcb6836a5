"""Local contrast and response normalisation against their definitions."""

import numpy as np
import pytest
import torch

from scatterlab.cascades.blocks.local_contrast import LocalContrastNormalisation
from scatterlab.cascades.blocks.response_normalisation import ResponseNormalisation


def normal(*shape, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=draw)


@pytest.mark.parametrize("q", [1.0, 2.0, 3.0])
def test_local_contrast_is_its_definition(q):
    maps, epsilon = normal(1, 3, 6, 7), 0.1
    expected = np.zeros(maps.shape)
    for _, channel, y, x in np.ndindex(*maps.shape):
        window = maps[0, :, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].numpy()
        norm = (np.abs(window) ** q).mean() ** (1 / q)
        expected[0, channel, y, x] = maps[0, channel, y, x] / (epsilon + norm)
    result = LocalContrastNormalisation(3, q, epsilon)(maps)
    np.testing.assert_allclose(result.numpy(), expected, atol=1e-12)


def test_local_contrast_forgets_the_contrast():
    block = LocalContrastNormalisation(epsilon=1e-9)
    maps = normal(2, 4, 8, 8)
    torch.testing.assert_close(block(1000 * maps), block(maps))


def test_local_contrast_of_an_empty_image_is_zero_with_a_derivative():
    maps = torch.zeros(1, 2, 6, 6, requires_grad=True)
    result = LocalContrastNormalisation()(maps)
    result.sum().backward()
    assert not result.any()
    assert torch.isfinite(maps.grad).all()


def test_response_normalisation_is_its_definition():
    maps = 30 * normal(2, 9, 3, 2)
    expected = np.zeros(maps.shape)
    for channel in range(9):
        near = maps[:, max(channel - 2, 0) : channel + 3].numpy()
        scale = (2 + 1e-4 * (near**2).sum(axis=1)) ** 0.75
        expected[:, channel] = maps[:, channel].numpy() / scale
    np.testing.assert_allclose(ResponseNormalisation()(maps).numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("block", [LocalContrastNormalisation(3), ResponseNormalisation()])
def test_gradients_are_those_of_finite_differences(block):
    assert torch.autograd.gradcheck(block, normal(1, 3, 4, 5).requires_grad_())
