import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from scatterlab.classifiers import svm
from scatterlab.classifiers.affine_pca import AffinePCA
from scatterlab.classifiers.orthogonal_least_squares import OrthogonalLeastSquares
from scatterlab.classifiers.softmax import Softmax
from scatterlab.classifiers.steps import (
    AverageOverScales,
    CosineAlongPaths,
    Log,
    NormalisePaths,
    Standardise,
    StandardiseTransductive,
)
from scatterlab.classifiers.svm import SVM


@pytest.fixture(params=["sklearn", "sklearnex"])
def backend(request, monkeypatch):
    """The module that fits support vector machines."""
    if request.param == "sklearnex":
        pytest.importorskip("sklearnex")
    else:
        from sklearn.svm import SVC

        monkeypatch.setattr(svm, "fastest_svc", lambda: (SVC, "sklearn.svm"))


@parametrize_with_checks(
    [
        AffinePCA(),
        Softmax(),
        Log(),
        NormalisePaths(),
        Standardise(),
        StandardiseTransductive(),
        CosineAlongPaths(),
        AverageOverScales(),
        OrthogonalLeastSquares(),
        OrthogonalLeastSquares(repeats=2, orthonormal=True),
    ]
)
def test_keeps_the_rules_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.usefixtures("backend")
@parametrize_with_checks(
    [
        SVM(),
        SVM(kernel="linear", C=[1.0]),
        SVM(C=[50.0], multiclass="one_vs_all", sigma="mean_norm"),
        SVM(kernel="linear", multiclass="one_vs_all"),
    ]
)
def test_svm_keeps_the_rules_of_scikit_learn(estimator, check):
    check(estimator)
