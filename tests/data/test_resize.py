import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.data.colour import to_channels
from scatterlab.data.resize import fit_image

SIDE = st.integers(1, 24)


@settings(deadline=None, max_examples=60)
@given(
    height=SIDE,
    width=SIDE,
    size=st.tuples(SIDE, SIDE),
    fit=st.sampled_from(["resize", "crop", "pad"]),
    dtype=st.sampled_from([np.uint8, np.float32]),
    channels=st.sampled_from([1, 3]),
)
def test_any_image_comes_to_size_with_its_dtype_and_range(
    height, width, size, fit, dtype, channels
):
    generator = np.random.default_rng(height * 100 + width)
    image = generator.integers(0, 256, (channels, height, width)).astype(dtype)
    image = image / np.float32(255) if dtype == np.float32 else image
    fitted = fit_image(image, size, fit)
    assert fitted.shape == (channels, *size)
    assert fitted.dtype == dtype
    assert fitted.min() >= 0
    assert fitted.max() <= (255 if dtype == np.uint8 else 1)


def test_padding_puts_zeros_around_and_keeps_every_pixel():
    image = np.arange(1, 7, dtype=np.uint8).reshape(1, 2, 3)
    padded = fit_image(image, (6, 6), "pad")
    np.testing.assert_array_equal(padded[:, 2:4, 1:4], image)
    assert padded.sum() == image.sum()


def test_cropping_keeps_the_centre_at_its_proportions():
    image = np.zeros((1, 10, 30), np.uint8)
    image[:, :, 10:20] = 200
    np.testing.assert_array_equal(fit_image(image, (10, 10), "crop"), np.full((1, 10, 10), 200))


def test_shrinking_averages_instead_of_skipping():
    checkers = np.indices((32, 32)).sum(axis=0)[None] % 2 * 255
    shrunk = fit_image(checkers.astype(np.uint8), (4, 4), "resize")
    assert np.abs(shrunk[:, 1:-1, 1:-1].astype(int) - 127.5).max() < 8


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_grey_to_colour_and_back_is_the_same(dtype):
    grey = (np.arange(256).reshape(1, 16, 16) / (1 if dtype == np.uint8 else 255)).astype(dtype)
    colour = to_channels(grey, 3)
    assert colour.shape == (3, 16, 16)
    np.testing.assert_allclose(to_channels(colour, 1), grey, atol=1e-6)


def test_grey_weighs_the_colours_as_the_eye_does():
    pure = np.eye(3, dtype=np.uint8).reshape(3, 1, 3) * 255
    assert to_channels(pure, 1).ravel().tolist() == [76, 150, 29]
