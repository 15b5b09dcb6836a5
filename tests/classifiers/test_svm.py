import numpy as np
import pytest
from sklearn.svm import SVC

from scatterlab.classifiers import svm
from scatterlab.classifiers.svm import SVM, fastest_svc, linear_scores, support_vectors
from scatterlab.errors import ConfigError


def rings(samples, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(samples) % 2
    angle, radius = rng.uniform(0, 2 * np.pi, samples), 1 + y + 0.1 * rng.standard_normal(samples)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1), y


def clouds(classes, samples, seed=0, spread=1.0):
    rng = np.random.default_rng(seed)
    y = np.arange(samples) % classes
    return 4 * np.eye(classes)[y] + spread * rng.standard_normal((samples, classes)), y


def test_gaussian_kernel_separates_rings_and_a_line_does_not():
    X, y = rings(120)
    test, truth = rings(200, seed=1)
    assert SVM().fit(X, y).score(test, truth) > 0.98
    assert SVM(kernel="linear").fit(X, y).score(test, truth) < 0.75


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("library", ["sklearn", "fastest"])
def test_decision_is_that_of_the_fitted_machine(kernel, classes, library):
    X, y = clouds(classes, 40 * classes, spread=2.5)
    SVC_ = SVC if library == "sklearn" else fastest_svc()[0]
    machine = SVC_(kernel=kernel, gamma=0.2, decision_function_shape="ovo").fit(X, y)
    test, _ = clouds(classes, 200, seed=1, spread=3)
    expected = machine.decision_function(test).reshape(200, -1)
    if kernel == "rbf":
        values = support_vectors(machine, np.arange(classes), 0.2).decisions(test)
    else:
        values = linear_scores(machine, np.arange(classes)).scores(test)
    sign = -1 if classes == 2 else 1
    np.testing.assert_allclose(sign * values, expected, atol=1e-6)


def test_both_libraries_agree(monkeypatch):
    pytest.importorskip("sklearnex")
    X, y = clouds(4, 200, spread=2)
    fast = SVM().fit(X, y)
    monkeypatch.setattr(svm, "fastest_svc", lambda: (SVC, "sklearn.svm"))
    plain = SVM().fit(X, y)
    assert (fast.backend_, plain.backend_) == ("sklearnex.svm", "sklearn.svm")
    assert (fast.predict(X) == plain.predict(X)).mean() > 0.98


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_the_unit_of_the_features_does_not_matter(kernel):
    X, y = clouds(3, 150, spread=2)
    one, other = (SVM(kernel=kernel).fit(factor * X, y) for factor in (1, 1000))
    assert (one.C_, one.gamma_) == (other.C_, other.gamma_)
    np.testing.assert_array_equal(one.predict(X), other.predict(1000 * X))


def test_mean_squared_distance():
    X = np.random.default_rng(0).standard_normal((20, 3)) + 5
    brute = np.mean([[((a - b) ** 2).sum() for a in X] for b in X])
    assert svm.mean_squared_distance(X) == pytest.approx(brute)


def test_says_when_the_best_candidate_is_at_an_end():
    X, y = rings(200)
    model = SVM(C=[10.0], gamma=[1e-4, 1e-3, 1.0]).fit(X, y)
    assert model.gamma_ == 1.0
    assert model.at_grid_edge_ == ["gamma"]
    assert model.parameters_["at_grid_edge"] == ["gamma"]
    assert SVM(C=[10.0], gamma=[1.0]).fit(X, y).at_grid_edge_ == []


def test_candidates_are_compared_on_a_part_of_the_samples(monkeypatch):
    seen = []
    compare = svm.cross_validate

    def spy(kernel, *arguments):
        seen.append(kernel.shape)
        return compare(kernel, *arguments)

    monkeypatch.setattr(svm, "cross_validate", spy)
    X, y = clouds(3, 150)
    SVM(selection_samples=60, gamma=[1.0]).fit(X, y)
    SVM(selection_samples=None, gamma=[1.0]).fit(X, y)
    assert seen == [(60, 60), (150, 150)]
    monkeypatch.setattr(svm, "GRAM_SAMPLES", 100)
    with pytest.raises(ConfigError, match=r"selection_samples: .* 150 samples .* at most 100"):
        SVM(selection_samples=None).fit(X, y)


def test_equal_accuracy_takes_the_smaller_candidates():
    X, y = clouds(2, 100, spread=0.01)
    model = SVM(C=[100.0, 1.0, 10.0], gamma=[1.0, 0.3]).fit(X, y)
    assert (model.C_, model.gamma_) == (1.0, 0.3)
