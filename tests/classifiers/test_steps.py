import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.steps import Log, NormalisePaths, Standardise


@settings(deadline=None, max_examples=20)
@given(channels=st.integers(1, 4), positions=st.integers(1, 5), seed=st.integers(0, 1000))
def test_normalise_paths_gives_each_channel_the_maximum_one(channels, positions, seed):
    maps = 10 * np.random.default_rng(seed).standard_normal((6, channels, positions))
    flat = maps.reshape(6, -1)
    step = NormalisePaths(positions).fit(flat)
    largest = np.abs(step.transform(flat)).reshape(6, channels, positions).max(axis=(0, 2))
    np.testing.assert_allclose(largest, 1)
    expected = maps / np.abs(maps).max(axis=(0, 2), keepdims=True)
    np.testing.assert_allclose(step.transform(flat), expected.reshape(6, -1))


def test_normalise_paths_leaves_a_channel_of_zeros():
    flat = np.array([[0, 0, 1, 2]], dtype=np.float32)
    np.testing.assert_array_equal(NormalisePaths(2).fit_transform(flat), [[0, 0, 0.5, 1]])


def test_normalise_paths_wants_whole_channels():
    with pytest.raises(ValueError, match="5 features are not channels of 2 pixels"):
        NormalisePaths(2).fit(np.ones((3, 5)))


def test_steps_know_the_training_samples_only():
    train, test = np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([[5.0, 5.0]])
    np.testing.assert_allclose(Standardise().fit(train).transform(test), [[3, 3]])
    np.testing.assert_allclose(NormalisePaths().fit(train).transform(test), [[5 / 3, 2.5]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardise_gives_zero_mean_and_unit_variance(dtype):
    X = (np.random.default_rng(0).standard_normal((50, 4)) * [1, 5, 1e-3, 0] + 3).astype(dtype)
    result = Standardise().fit_transform(X)
    assert result.dtype == dtype
    np.testing.assert_allclose(result.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(result.std(0), [1, 1, 1, 0], atol=1e-3)


def test_log_turns_factors_into_shifts():
    X = np.array([[2.0, -3.0, 0.0]])
    np.testing.assert_allclose(
        Log(0).fit_transform(X[:, :2] * 7), np.log(np.abs(X[:, :2])) + np.log(7)
    )
    np.testing.assert_allclose(Log().fit_transform(X), np.log(np.abs(X) + 1e-6))
