"""Orthogonal least squares against its definition."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.orthogonal_least_squares import OrthogonalLeastSquares


def samples(seed, count=40, features=15, classes=3, dtype=np.float64):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(count) % classes)
    X = rng.standard_normal((count, features)) @ rng.standard_normal((features, features))
    X[:, :classes] += 2 * np.eye(classes)[y]
    return X.astype(dtype), y


def squared_error(X, features, target):
    """Of the least-squares fit of `target` by a constant and some columns of `X`."""
    columns = np.column_stack([np.ones(len(X)), X[:, features]])
    return np.sum((target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]) ** 2)


def greedy(X, target, count, banned=()):
    """The definition: each time, the feature that leaves the smallest error."""
    chosen = []
    for _ in range(count):
        left = [f for f in range(X.shape[1]) if f not in chosen and f not in banned]
        chosen.append(min(left, key=lambda f: squared_error(X, [*chosen, f], target)))
    return chosen


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_each_choice_lowers_the_squared_error_most(seed, count):
    X, y = samples(seed)
    (chosen,) = OrthogonalLeastSquares(count).fit(X, y).chosen_
    for label in range(3):
        assert chosen[label] == greedy(X, (y == label).astype(float), count)


def test_later_rounds_choose_among_what_no_class_has_chosen():
    X, y = samples(1)
    first, second = OrthogonalLeastSquares(2, repeats=2).fit(X, y).chosen_
    banned = {feature for group in first for feature in group}
    for label in range(3):
        assert second[label] == greedy(X, (y == label).astype(float), 2, banned)


def test_rounds_end_with_the_features():
    X, y = samples(2, features=5)
    selection = OrthogonalLeastSquares(4, repeats=9).fit(X, y)
    np.testing.assert_array_equal(selection.map_.indices, np.arange(5))
    np.testing.assert_array_equal(selection.transform(X), X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_choices_are_linearly_independent(dtype):
    X, y = samples(3, count=200, features=10, dtype=dtype)
    X = np.concatenate([X, 3 * X - 1, X[:, ::-1] + X, np.ones((200, 2), dtype)], axis=1)
    (chosen,) = OrthogonalLeastSquares(30).fit(X, y).chosen_
    for group in chosen:
        assert len(group) == 10
        columns = X[:, group].astype(np.float64)
        assert np.linalg.cond(columns / columns.std(axis=0)) < 1e4


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_scale_and_offset_of_a_feature_do_not_matter(seed):
    X, y = samples(seed)
    rng = np.random.default_rng(seed)
    factors = rng.choice([-1, 1], 15) * 10.0 ** rng.uniform(-4, 4, 15)
    changed = X * factors + factors * rng.uniform(-9, 9, 15)
    one, other = (OrthogonalLeastSquares(4, repeats=2).fit(Z, y) for Z in (X, changed))
    assert one.chosen_ == other.chosen_


def test_planted_features_are_found_among_many():
    rng = np.random.default_rng(0)
    y = np.arange(600) % 5
    X = rng.standard_normal((600, 3000)).astype(np.float32)
    planted = rng.permutation(3000)[:5]
    X[:, planted] += 3 * np.eye(5, dtype=np.float32)[y]
    (chosen,) = OrthogonalLeastSquares(1).fit(X, y).chosen_
    assert [group[0] for group in chosen] == planted.tolist()


def test_orthonormal_groups_are_orthonormal_and_span_the_choices():
    X, y = samples(4, count=60)
    selection = OrthogonalLeastSquares(4, repeats=2, orthonormal=True).fit(X, y)
    result = selection.transform(X)
    groups = [group for chosen in selection.chosen_ for group in chosen]
    start = 0
    for group in groups:
        block = result[:, start : start + len(group)]
        np.testing.assert_allclose(block.T @ block / 60, np.eye(len(group)), atol=1e-9)
        np.testing.assert_allclose(block.mean(axis=0), 0, atol=1e-9)
        centred = X[:, group] - X[:, group].mean(axis=0)
        np.testing.assert_allclose(block @ (block.T @ centred) / 60, centred, atol=1e-8)
        start += len(group)
    assert start == result.shape[1]


def test_single_and_double_precision_choose_alike():
    X, y = samples(5, count=300, features=60)
    X = X.astype(np.float32)
    single, double = (OrthogonalLeastSquares(8).fit(Z, y) for Z in (X, X.astype(np.float64)))
    assert single.chosen_ == double.chosen_


def test_features_that_do_not_vary_are_refused():
    with pytest.raises(ValueError, match="no feature varies"):
        OrthogonalLeastSquares().fit(np.full((6, 3), 7.3), [0, 1] * 3)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="needs two classes"):
        OrthogonalLeastSquares().fit(np.eye(3), [1, 1, 1])


def test_a_choice_costs_one_pass_over_the_features():
    X = np.random.default_rng(0).standard_normal((2000, 4000), dtype=np.float32)
    y = np.arange(2000) % 10
    OrthogonalLeastSquares(2).fit(X[:, :50], y)
    start = time.perf_counter()
    OrthogonalLeastSquares(20).fit(X, y)
    assert time.perf_counter() - start < 10
