import numpy as np
import pytest

from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.trained import load_classifier, save_classifier
from scatterlab.config.classifiers import SVM, AffinePCA, Softmax
from scatterlab.errors import ConfigError, StoreError

SPECS = [
    AffinePCA(kind="affine_pca", steps=["normalise_paths"]),
    SVM(kind="svm", steps=["log", "standardise"]),
    SVM(kind="svm", kernel="linear"),
    Softmax(kind="softmax", steps=["normalise_paths", "log", "standardise"]),
    SVM(
        kind="svm",
        steps=["log", "standardise", {"select": {"per_class": 2, "repeats": 2}}],
        multiclass="one_vs_all",
        sigma="mean_norm",
        C=[50.0],
    ),
    SVM(kind="svm", steps=["cosine", {"select": {"orthonormal": True, "per_class": 2}}]),
    SVM(kind="svm", kernel="linear", steps=[{"average_scales": {}}], multiclass="one_vs_all"),
]


def samples(seed, dtype, classes=(3, 5, 8)):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(classes, 20))
    features = np.abs(rng.standard_normal((60, 12))) + (np.arange(12) == labels[:, None])
    return features.astype(dtype), labels


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.kind}-{len(spec.steps)}")
def test_predicts_the_same_after_reading(tmp_path, spec, dtype):
    classifier = build_classifier(spec.model_dump(mode="json"), grid=(2, 2))
    classifier.fit(*samples(0, dtype))
    save_classifier(tmp_path / "model.safetensors", classifier.trained_)
    loaded = load_classifier(tmp_path / "model.safetensors")
    X, y = samples(1, dtype)
    np.testing.assert_array_equal(loaded.predict(X), classifier.predict(X))
    assert (loaded.predict(X) == y).mean() > 0.4
    assert loaded.parameters == classifier.parameters_
    assert loaded.predict(X[:0]).shape == (0,)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.kind}-{len(spec.steps)}")
def test_the_same_training_gives_the_same_bytes(tmp_path, spec):
    for name in "ab":
        classifier = build_classifier(spec.model_dump(mode="json"), grid=(2, 2))
        save_classifier(tmp_path / name, classifier.fit(*samples(0, np.float32)).trained_)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_unknown_kinds_and_steps_are_named():
    with pytest.raises(ConfigError, match="unknown classifier 'svn'; did you mean 'svm'"):
        build_classifier({"kind": "svn", "steps": []}, 1)
    with pytest.raises(ConfigError, match="unknown step 'logg'; did you mean 'log'"):
        build_classifier(SPECS[1].model_dump(mode="json") | {"steps": ["logg"]}, 1)


@pytest.mark.parametrize("content", [None, b"", b"\x80\x04 a pickle", b"\x02\0\0\0\0\0\0\0{}"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "model.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"model\.safetensors: no"):
        load_classifier(path)


def test_steps_know_the_grid_that_the_ones_before_leave():
    spec = SPECS[1].model_dump(mode="json")
    steps = [{"average_scales": {"scales": 3}}, "normalise_paths", {"cosine": {"kept": 1.0}}]
    classifier = build_classifier(spec | {"steps": steps}, grid=(2, 2))
    assert [step.positions for step in classifier.steps[1:]] == [5, 5]
    with pytest.raises(ConfigError, match="'cosine' comes after one that leaves no whole maps"):
        build_classifier(spec | {"steps": [{"select": {}}, "cosine"]}, grid=(2, 2))


def test_a_transductive_classifier_says_so_and_never_sees_test_labels():
    spec = SPECS[1].model_dump(mode="json") | {"steps": ["log", "standardise_transductive"]}
    classifier = build_classifier(spec)
    assert classifier.transductive
    X, y = samples(0, np.float32)
    classifier.fit(X, y, 5 * samples(1, np.float32)[0])
    assert classifier.parameters_["transductive"] is True
    plain = build_classifier(SPECS[1].model_dump(mode="json")).fit(X, y)
    assert "transductive" not in plain.parameters_
    assert not np.array_equal(classifier.steps[1].map_.offset, plain.steps[1].map_.offset)
