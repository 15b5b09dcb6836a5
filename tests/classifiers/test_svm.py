import numpy as np
import pytest
from sklearn.svm import SVC

from scatterlab.classifiers import svm
from scatterlab.classifiers.folds import stratified_folds
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


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
@pytest.mark.parametrize("large", [False, True])
def test_one_against_all_takes_the_largest_of_the_binary_decisions(kernel, large, monkeypatch):
    if large:  # as for more samples than a kernel matrix is held of
        monkeypatch.setattr(svm, "GRAM_SAMPLES", 100)
    X, y = clouds(4, 160, spread=2.5)
    test, _ = clouds(4, 200, seed=1, spread=2.5)
    model = SVM(kernel, C=[5.0], gamma=[1.5], multiclass="one_vs_all").fit(X, y)
    unit = svm.mean_squared_distance(X)
    options = {"gamma": 1.5 / unit, "C": 5.0} if kernel == "rbf" else {"C": 5.0 / unit}
    machines = [SVC(kernel=kernel, tol=1e-6, **options).fit(X, y == label) for label in range(4)]
    expected = np.stack([machine.decision_function(test) for machine in machines], axis=1)
    np.testing.assert_allclose(model.decision_.scores(test), expected, atol=0.02)
    np.testing.assert_array_equal(model.predict(test), model.decision_.scores(test).argmax(axis=1))


def test_one_against_all_is_cross_validated_as_it_is_fitted():
    X, y = clouds(4, 160, spread=2.5)
    model = SVM(multiclass="one_vs_all", C=[5.0], gamma=[1e-4, 1.0]).fit(X, y)
    fold = stratified_folds(y, 5, 0)
    correct = 0
    for held_out in range(5):
        kept = fold != held_out
        gamma = 1 / svm.mean_squared_distance(X)
        among = svm.gaussian_kernel(svm.squared_distances(X, X), gamma)
        machine = svm.OneVsAll(5.0).fit(among[np.ix_(kept, kept)], y[kept])
        correct += (machine.predict(among[np.ix_(~kept, kept)]) == y[~kept]).sum()
    assert model.accuracy_[5.0, 1.0] == pytest.approx(correct / 160, abs=0.01)


def test_sigma_is_the_mean_norm():
    X, y = clouds(3, 90, spread=2)
    model = SVM(C=[50.0], sigma="mean_norm", multiclass="one_vs_all").fit(X, y)
    sigma = np.linalg.norm(X, axis=1).mean()
    assert model.decision_.gamma == pytest.approx(1 / (2 * sigma**2))
    assert model.at_grid_edge_ == []


def test_one_candidate_is_not_cross_validated(monkeypatch):
    monkeypatch.setattr(svm, "cross_validate", None)
    X, y = clouds(3, 90)
    model = SVM(C=[50.0], sigma="mean_norm").fit(X, y)
    assert model.parameters_["cross_validated_accuracy"] is None
    with pytest.raises(TypeError):
        SVM(C=[50.0]).fit(X, y)
