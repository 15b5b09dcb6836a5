import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from scatterlab.classifiers.softmax import Softmax


def clouds(samples, seed=0, spread=1.5):
    rng = np.random.default_rng(seed)
    y = np.arange(samples) % 3
    return 3 * np.eye(3)[y] + spread * rng.standard_normal((samples, 3)) + 7, y


def test_is_the_minimum_that_another_solver_finds():
    X, y = clouds(90)
    model = Softmax(weight_decay=[0.01]).fit(X, y)
    centred = X - X.mean(0)
    unit = np.sqrt((centred**2).mean())
    other = LogisticRegression(C=1 / (0.01 * len(X)), tol=1e-10, max_iter=1000)
    other.fit(centred / unit, y)
    np.testing.assert_allclose(model.decision_.weights * unit, other.coef_, atol=2e-3)
    scores, expected = model.decision_.scores(X), other.decision_function(centred / unit)
    difference = scores - expected
    np.testing.assert_allclose(difference - difference.mean(1, keepdims=True), 0, atol=5e-3)


def test_weight_decay_is_chosen_and_too_much_of_it_is_refused():
    X, y = clouds(120)
    model = Softmax(weight_decay=[1e-3, 1e4]).fit(X + np.array([[20, 0, 0]]) * (y == 0)[:, None], y)
    assert model.weight_decay_ == 1e-3
    assert model.accuracy_[1e-3] > model.accuracy_[1e4] - 1e-9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_bytes_again(dtype):
    X, y = clouds(100)
    one, again = (Softmax().fit(X.astype(dtype), y) for _ in range(2))
    np.testing.assert_array_equal(one.decision_.weights, again.decision_.weights)
    assert one.decision_.weights.dtype == dtype
    assert one.score(*clouds(300, seed=1)) > 0.75
