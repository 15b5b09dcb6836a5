import numpy as np
import pytest

from scatterlab.classifiers.evaluate import evaluate, wilson_interval


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_interval_against_known_values(correct, total, low, high):
    """81 of 263: Newcombe, Statistics in Medicine 17 (1998), table I."""
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


def test_counts_who_is_taken_for_whom():
    result = evaluate(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 2]), ["a", "b", "c"])
    assert result["confusion"] == [[2, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert result["per_class_accuracy"] == [2 / 3, 0.0, None]
    assert (result["accuracy"], result["error"], result["n_test"]) == (0.5, 0.5, 4)
    assert result["interval"][0] < 0.5 < result["interval"][1]


def test_the_class_mean_counts_small_classes_like_large_ones():
    labels = np.repeat([0, 1], [90, 10])
    predicted = np.where(np.arange(100) < 95, 0, 1)
    found = evaluate(labels, predicted, ["a", "b", "absent"])
    assert found["accuracy"] == 0.95
    assert found["class_mean"]["accuracy"] == pytest.approx((1 + 0.5) / 2)
    assert found["class_mean"]["error"] == pytest.approx(0.25)
    assert found["class_mean"]["n_test"] == pytest.approx(4 / (1 / 90 + 1 / 10))
    low, high = found["class_mean"]["interval"]
    assert low < 0.75 < high


def test_the_class_mean_of_equal_classes_is_the_accuracy():
    labels, predicted = np.arange(12) % 3, np.arange(12) % 4 % 3
    found = evaluate(labels, predicted, ["a", "b", "c"])
    for key in ("accuracy", "error", "interval", "n_test"):
        assert found["class_mean"][key] == pytest.approx(found[key])
