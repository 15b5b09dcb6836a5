import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import dct

from scatterlab.classifiers.steps import (
    AverageOverScales,
    CosineAlongPaths,
    Log,
    NormalisePaths,
    Standardise,
    StandardiseTransductive,
)


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


def test_transductive_standardising_knows_the_test_features():
    rng = np.random.default_rng(0)
    train, test = rng.standard_normal((30, 4)), 3 * rng.standard_normal((20, 4)) + 5
    step = StandardiseTransductive().fit(train, unlabelled=test)
    together = np.concatenate([step.transform(train), step.transform(test)])
    np.testing.assert_allclose(together.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(together.std(0), 1)
    alone = StandardiseTransductive().fit(train).transform(test)
    np.testing.assert_allclose(alone, Standardise().fit(train).transform(test))


@settings(deadline=None, max_examples=15)
@given(channels=st.integers(1, 9), positions=st.integers(1, 4), kept=st.sampled_from([0.5, 1.0]))
def test_cosines_run_along_the_paths_of_each_position(channels, positions, kept):
    maps = np.random.default_rng(0).standard_normal((5, channels, positions))
    result = CosineAlongPaths(positions, kept).fit_transform(maps.reshape(5, -1))
    count = int(np.ceil(kept * channels))
    expected = dct(maps, axis=1, norm="ortho")[:, :count]
    np.testing.assert_allclose(result, expected.reshape(5, -1), atol=1e-12)
    if kept == 1:
        np.testing.assert_allclose(np.linalg.norm(result), np.linalg.norm(maps))


def test_averages_go_from_the_map_itself_to_its_mean():
    maps = np.random.default_rng(0).standard_normal((3, 2, 4, 4))
    result = AverageOverScales((4, 4), 5).fit_transform(maps.reshape(3, -1)).reshape(3, 2, -1)
    sizes = [4, 3, 2, 1]  # windows a side, for 1, √2, 2 and both 2√2 and 4 pixels
    assert result.shape[2] == sum(size**2 for size in sizes)
    np.testing.assert_allclose(result[..., :16], maps.reshape(3, 2, 16))
    halves = maps.reshape(3, 2, 2, 2, 2, 2).mean(axis=(3, 5)).reshape(3, 2, 4)
    np.testing.assert_allclose(result[..., 25:29], halves)
    np.testing.assert_allclose(result[..., -1], maps.mean(axis=(2, 3)))


@settings(deadline=None, max_examples=20)
@given(
    grid=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    scales=st.integers(1, 6),
)
def test_windows_of_a_size_are_averages_that_share_the_map_equally(grid, scales):
    windows = AverageOverScales(grid, scales).windows()
    assert (windows >= 0).all()
    np.testing.assert_allclose(windows.sum(axis=0), 1)
    ones = np.ones((2, int(np.prod(grid))))
    np.testing.assert_allclose(AverageOverScales(grid, scales).fit_transform(ones), 1)


@pytest.mark.parametrize("step", [CosineAlongPaths(2), AverageOverScales((2, 1))])
def test_steps_on_maps_want_whole_channels(step):
    with pytest.raises(ValueError, match="5 features are not channels of 2 pixels"):
        step.fit(np.ones((3, 5)))
