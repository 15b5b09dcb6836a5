import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.affine_pca import AffinePCA, affine_spaces


def spaces_with_noise(rng, classes, dimension, length, samples, noise):
    """Samples (sample, feature) near one random affine space a class, all through the origin."""
    features, labels = [], np.repeat(np.arange(classes), samples)
    for _ in range(classes):
        basis = np.linalg.qr(rng.standard_normal((length, dimension)))[0]
        features.append(rng.standard_normal((samples, dimension)) @ basis.T)
    features = np.concatenate(features)
    return features + noise * rng.standard_normal(features.shape), labels


def test_finds_the_dimension_of_affine_spaces():
    X, y = spaces_with_noise(np.random.default_rng(0), 3, 4, 12, 150, 0.3)
    model = AffinePCA(max_dimension=10).fit(X, y)
    assert model.dimension_ == 4
    assert model.accuracy_[4] > model.accuracy_[0] + 0.4
    assert model.parameters_["dimension"] == 4


@settings(deadline=None, max_examples=15)
@given(
    samples=st.integers(2, 30),
    length=st.integers(2, 20),
    dimension=st.integers(0, 12),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
def test_errors_are_those_of_the_formula(samples, length, dimension, dtype, seed):
    rng = np.random.default_rng(seed)
    X = (rng.standard_normal((2 * samples, length)) + 3).astype(dtype)
    y = np.arange(2 * samples) % 2
    errors = affine_spaces(X, y, dimension).squared_errors(X)
    for k in (0, 1):
        mean = X[y == k].astype(float).mean(0)
        vectors = np.linalg.eigh(np.cov(X[y == k].astype(float).T, bias=True))[1]
        inner = (X - mean) @ vectors[:, ::-1]
        rank = min(dimension, samples - 1, length)
        expected = ((X - mean) ** 2).sum(1)[:, None] - np.cumsum(inner[:, :rank] ** 2, axis=1)
        tolerance = 1e-2 if dtype == np.float32 else 1e-8
        np.testing.assert_allclose(errors[:, k, 0], ((X - mean) ** 2).sum(1), atol=tolerance)
        np.testing.assert_allclose(errors[:, k, 1 : rank + 1], expected, atol=tolerance)


def test_all_dimensions_at_once_are_as_one_by_one():
    X, y = spaces_with_noise(np.random.default_rng(1), 3, 3, 8, 20, 0.2)
    together = affine_spaces(X, y, 6).nearest(X)
    for dimension in range(7):
        alone = affine_spaces(X, y, dimension).nearest(X)[:, -1]
        np.testing.assert_array_equal(together[:, dimension], alone)


def test_a_class_of_one_sample_is_a_point():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.standard_normal((40, 5)), [[9, 9, 9, 9, 9]]])
    y = np.array([0] * 20 + [1] * 20 + [2])
    model = AffinePCA().fit(X, y)
    assert model.predict([[9.1, 9, 9, 9, 9]]) == 2
    assert len(model.accuracy_) == 6


def test_a_given_dimension_stops_at_the_rank_of_the_classes():
    X, y = spaces_with_noise(np.random.default_rng(1), 3, 4, 12, 6, 0.1)
    assert AffinePCA(dimension=3).fit(X, y).parameters_ == {"dimension": 3}
    assert json.dumps(AffinePCA(dimension=9).fit(X, y).parameters_) == '{"dimension": 5}'
    largest = AffinePCA(dimension=40).fit(X, y)
    assert largest.dimension_ == 5
    assert np.array_equal(largest.predict(X), y)
