"""Small kernels in a row are one large kernel, with fewer weights."""

import pytest
import torch

from scatterlab.cascades.blocks.kernel_cascade import composed_kernel, kernel_cascade
from scatterlab.cascades.initialisation import draw_weights


def cascade(inputs, outputs, size, kind):
    convolutions = torch.nn.Sequential(*kernel_cascade(inputs, outputs, size, kind, bias=False))
    draw_weights(convolutions, seed=1)
    return convolutions.double()


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9])
@pytest.mark.parametrize("kind", ["single", "small", "separable"])
def test_a_linear_cascade_is_one_kernel_of_the_whole_receptive_field(size, kind):
    convolutions = cascade(2, 3, size, kind)
    kernel = composed_kernel(convolutions)
    assert kernel.shape == (3, 2, size, size)
    draw = torch.Generator().manual_seed(0)
    maps = torch.randn(2, 2, 20, 23, dtype=torch.float64, generator=draw)
    edge = size // 2
    inside = (slice(edge, 20 - edge), slice(edge, 23 - edge))
    torch.testing.assert_close(
        convolutions(maps)[..., *inside], torch.nn.functional.conv2d(maps, kernel)
    )


@pytest.mark.parametrize(
    ("size", "kind", "weights"),
    [
        *((5, "single", 25), (5, "small", 18), (7, "single", 49), (7, "small", 27)),
        *((3, "single", 9), (3, "separable", 6), (5, "separable", 12), (1, "small", 1)),
    ],
)
def test_weights_for_each_pair_of_channels(size, kind, weights):
    channels = 4
    count = sum(w.numel() for w in cascade(channels, channels, size, kind).parameters())
    assert count == weights * channels**2
