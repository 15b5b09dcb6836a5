"""Inner products are enough: the same decisions and distances as from the features themselves."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.gram import (
    centred,
    gram,
    linear_decisions,
    ridge_scores,
    squared_distances,
)
from scatterlab.analyses.ridge import solutions


def drawn(n=40, features=70, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    return torch.from_numpy(
        rng.standard_normal((n, features)) + 2 * np.eye(3, features)[labels]
    ), labels


def test_inner_products_of_many_features_are_those_of_the_whole():
    features = torch.randn(5, 3, 80, 90, generator=torch.Generator().manual_seed(0))
    rows = features.flatten(1).double().numpy()
    rows -= rows.mean(axis=0)
    np.testing.assert_allclose(gram(features), rows @ rows.T, rtol=1e-10, atol=1e-8)


def test_centring_takes_off_the_mean_of_a_part():
    rows = drawn()[0].numpy()
    kept = np.arange(10)
    off = rows - rows[kept].mean(axis=0)
    np.testing.assert_allclose(centred(gram(drawn()[0]), kept), off @ off.T, atol=1e-9)


def test_distances_are_euclidean():
    rows = drawn()[0]
    expected = torch.cdist(rows, rows).square().numpy()
    np.testing.assert_allclose(squared_distances(gram(rows)), expected, atol=1e-8)


@pytest.mark.parametrize("features", [20, 70])
def test_ridge_regression_is_that_of_the_features(features):
    rows, labels = drawn(features=features)
    train, asked = np.arange(30), np.arange(30, 40)
    X = rows.numpy()
    targets = (labels[train, None] == np.unique(labels[train])).astype(float)
    # the ridges are over the mean eigenvalue of either Gram matrix
    K = centred(gram(rows), train)[:30, :30]
    factor = np.trace(K) / 30 / (30 * np.square(X[:30] - X[:30].mean(0)).mean())
    (primal,) = solutions(X[train], targets, [0.1 * factor])
    expected = np.unique(labels[train])[primal(X[asked]).argmax(axis=1)]
    (found,) = ridge_scores(gram(rows), labels, train, asked, [0.1])
    np.testing.assert_array_equal(found, expected)


def test_separable_classes_are_told_apart():
    rows, labels = drawn(90, 200)
    rows += 20 * torch.eye(3, 200, dtype=rows.dtype)[labels]
    train, asked = np.arange(60), np.arange(60, 90)
    np.testing.assert_array_equal(linear_decisions(gram(rows), labels, train, asked), labels[asked])


def test_features_that_never_vary_give_the_commonest_class():
    labels = np.array([4, 4, 4, 7, 4, 7])
    found = linear_decisions(np.zeros((6, 6)), labels, np.arange(4), np.array([4, 5]))
    np.testing.assert_array_equal(found, [4, 4])
