"""A classifier as a torch module decides as the classifier does, and has gradients."""

import numpy as np
import pytest
import torch

from scatterlab.classifiers.differentiable import DifferentiableClassifier
from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.config.classifiers import SVM, AffinePCA, Softmax
from scatterlab.errors import ConfigError

STEPS = [
    [],
    ["standardise"],
    ["normalise_paths", "log", "standardise"],
    ["cosine", {"select": {"orthonormal": True, "per_class": 2}}],
    [{"select": {"per_class": 2}}],
    [{"average_scales": {}}],
]


def samples(classes=3):
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(classes), 20))
    features = np.abs(rng.standard_normal((len(labels), 12)))
    return features + (np.arange(12) == labels[:, None]), labels


def fitted(spec):
    X, y = samples()
    return build_classifier(spec.model_dump(mode="json"), grid=(2, 2)).fit(X, y).trained_


@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_scores_are_the_classifiers_own(steps):
    classifier = fitted(Softmax(kind="softmax", steps=steps))
    X, _ = samples()
    scores = DifferentiableClassifier(classifier, 3)(torch.from_numpy(X))
    mapped = X
    for apply in classifier.maps:
        mapped = apply(mapped)
    np.testing.assert_allclose(scores, classifier.decision.scores(mapped), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(scores.argmax(1), classifier.predict(X))


@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_gradients_are_those_of_finite_differences(steps):
    module = DifferentiableClassifier(fitted(Softmax(kind="softmax", steps=steps)), 3)
    X = torch.from_numpy(samples()[0][:3]).requires_grad_()
    assert torch.autograd.gradcheck(module, X)


@pytest.mark.parametrize(
    "spec",
    [SVM(kind="svm"), SVM(kind="svm", kernel="linear"), AffinePCA(kind="affine_pca")],
    ids=lambda spec: spec.kind,
)
def test_what_has_no_gradient_is_refused_with_what_has(spec):
    with pytest.raises(ConfigError, match="softmax and argmax"):
        DifferentiableClassifier(fitted(spec), 3)


def test_a_class_without_samples_is_said():
    with pytest.raises(ConfigError, match="3 of 4 classes"):
        DifferentiableClassifier(fitted(Softmax(kind="softmax")), 4)
