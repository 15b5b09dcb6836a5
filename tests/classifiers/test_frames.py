"""Frames of clips, and the majority that decides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scatterlab.classifiers.folds import stratified_folds
from scatterlab.classifiers.frames import Frames, majority
from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.trained import load_classifier, save_classifier
from scatterlab.config.classifiers import Classifier
from scatterlab.errors import ConfigError

SPECS = {
    "affine_pca": {"kind": "affine_pca", "max_dimension": 3, "folds": 5, "seed": 0},
    "svm": {"kind": "svm", "C": [1, 10], "gamma": [0.3, 1], "selection_samples": 60},
    "softmax": {"kind": "softmax", "weight_decay": [1e-3, 1e-2], "folds": 5, "seed": 0},
}


def clips(count=30, channels=3, frames=5, wrong=2, seed=0):
    """Clips of two classes; in `wrong` of their frames they look like the other class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    means = np.repeat(labels[:, None], frames, axis=1)
    for row in means:
        row[rng.permutation(frames)[:wrong]] ^= 1
    maps = 4.0 * means[:, None, None] + rng.standard_normal((count, channels, 1, frames))
    return maps.reshape(count, -1).astype(np.float32), labels


def test_frames_are_the_columns_of_maps():
    maps = np.arange(2 * 3 * 2 * 5).reshape(2, 3, 2, 5)
    frames = Frames((2, 5), every=2)
    assert frames.count == 3
    found = frames(maps.reshape(2, -1)).reshape(2, 3, 3, 2)
    for number, column in enumerate((0, 2, 4)):
        np.testing.assert_array_equal(found[:, number], maps[..., column])


@given(st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=6))
def test_the_majority_decides_and_of_several_the_first_in_time(votes):
    found = majority(np.array(votes) + 10)
    for row, label in zip(votes, found - 10, strict=True):
        assert row.count(label) == max(map(row.count, row))
        assert all(row.count(other) < row.count(label) for other in row[: row.index(label)])


@pytest.mark.parametrize("kind", SPECS)
def test_a_vote_corrects_a_minority_of_wrong_frames(kind, tmp_path):
    features, labels = clips(wrong=0)
    spec = SPECS[kind] | {"steps": ["standardise"], "frames": {"every": 1}}
    classifier = build_classifier(spec, (1, 5)).fit(features, labels)
    save_classifier(tmp_path / "model.safetensors", classifier.trained_)
    loaded = load_classifier(tmp_path / "model.safetensors")
    tested, truth = clips(wrong=2, seed=1)
    _, votes = loaded.judge(tested)
    assert votes.shape == (30, 5)
    assert (votes == truth[:, None]).mean() == pytest.approx(0.6, abs=0.02)
    np.testing.assert_array_equal(loaded.predict(tested), truth)
    np.testing.assert_array_equal(classifier.predict(tested), truth)
    assert loaded.parameters["frames"] == 5


def test_distances_of_all_frames_can_decide_where_no_majority_is_right(tmp_path):
    """Of each clip, one frame is plain and two lean a little towards the other class."""
    features, labels = clips(frames=3, wrong=0)
    rng = np.random.default_rng(2)
    truth = np.arange(20) % 2
    places = np.where(truth[:, None] == 0, [0.0, 2.4, 2.4], [4.0, 1.6, 1.6])
    tested = places[:, None, None] + 0.01 * rng.standard_normal((20, 3, 1, 3))
    tested = tested.reshape(20, -1).astype(np.float32)
    spec = SPECS["affine_pca"] | {"steps": [], "dimension": 1, "max_dimension": 1}
    for decide, right in (("majority", 0), ("sum", 1)):
        framed = spec | {"frames": {"every": 1, "decide": decide}}
        classifier = build_classifier(framed, (1, 3)).fit(features, labels)
        save_classifier(tmp_path / "model.safetensors", classifier.trained_)
        predicted, votes = load_classifier(tmp_path / "model.safetensors").judge(tested)
        assert (predicted == truth).mean() == right
        assert (votes == truth[:, None]).mean() == pytest.approx(1 / 3)


def test_only_distances_can_be_summed():
    svm = {"kind": "svm", "frames": {"decide": "sum"}}
    with pytest.raises(ValidationError, match="needs distances: take kind affine_pca"):
        TypeAdapter(Classifier).validate_python(svm)


def test_without_frames_there_is_one_vote_and_it_decides():
    features, labels = clips()
    classifier = build_classifier(SPECS["affine_pca"] | {"steps": []}, (1, 5)).fit(features, labels)
    _, votes = classifier.trained_.judge(features)
    assert votes.shape == (30, 1)
    np.testing.assert_array_equal(votes[:, 0], classifier.predict(features))
    assert "frames" not in classifier.parameters_


@given(st.integers(2, 20), st.integers(1, 6), st.integers(2, 5))
def test_folds_keep_clips_whole(count, frames, folds):
    codes = np.repeat(np.arange(count) % 3, frames)
    fold = stratified_folds(codes, folds, seed=0, together=frames)
    assert (fold.reshape(count, frames) == fold[::frames, None]).all()
    np.testing.assert_array_equal(fold[::frames], stratified_folds(codes[::frames], folds, 0))


def test_frames_of_clips_that_differ_are_not_told_apart_by_their_clip():
    """Labels of clips at random: frames that were not kept together would be recognised."""
    rng = np.random.default_rng(0)
    own = rng.standard_normal((40, 20, 1, 1)) + 0.01 * rng.standard_normal((40, 20, 1, 4))
    labels = rng.permutation(np.arange(40) % 2)
    spec = SPECS["svm"] | {"steps": [], "frames": {"every": 1}, "selection_samples": None}
    classifier = build_classifier(spec, (1, 4)).fit(own.reshape(40, -1).astype("f4"), labels)
    assert classifier.parameters_["cross_validated_accuracy"] < 0.8


def test_maps_of_one_instant_have_no_frames():
    with pytest.raises(ConfigError, match="one instant only"):
        build_classifier(SPECS["svm"] | {"steps": [], "frames": {"every": 1}}, (1, 1))
