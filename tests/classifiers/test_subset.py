import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.folds import stratified_folds
from scatterlab.classifiers.subset import training_subset
from scatterlab.errors import ConfigError

LABELS = np.repeat([0, 1, 2], [200, 100, 40])


@settings(deadline=None, max_examples=25)
@given(size=st.integers(30, 340), draw=st.integers(0, 5), seed=st.integers(-5, 5))
def test_has_the_proportions_of_the_whole(size, draw, seed):
    chosen = training_subset(LABELS, size, draw, seed)
    assert len(np.unique(chosen)) == size
    assert (np.diff(chosen) > 0).all()
    counts = np.bincount(LABELS[chosen])
    np.testing.assert_allclose(counts, size * np.array([200, 100, 40]) / 340, atol=1)


@settings(deadline=None, max_examples=25)
@given(small=st.integers(30, 340), large=st.integers(30, 340))
def test_larger_sets_hold_the_smaller(small, large):
    small, large = sorted([small, large])
    assert set(training_subset(LABELS, small, 1)) <= set(training_subset(LABELS, large, 1))


def test_draws_and_seeds_differ_and_repeat():
    sets = [tuple(training_subset(LABELS, 60, *key)) for key in ((0, 0), (1, 0), (0, 1))]
    assert len(set(sets)) == 3
    assert sets[1] == tuple(training_subset(LABELS, 60, 1, 0))


def test_every_sample_is_as_likely_as_another():
    labels = np.repeat([0, 1], 10)
    draws = [training_subset(labels, 8, draw) for draw in range(500)]
    counts = np.bincount(np.concatenate(draws))
    np.testing.assert_allclose(counts, 200, atol=60)


def test_all_is_all():
    np.testing.assert_array_equal(training_subset(LABELS, "all", 3), np.arange(340))


@pytest.mark.parametrize(
    ("labels", "size", "message"),
    [
        (LABELS, 341, "train size 341: the data set has 340 training samples"),
        (
            LABELS,
            4,
            "train size 4: of 3 classes, class [12] would have [01] training samples; .*: ask",
        ),
        (LABELS, 0, "train size 0: .* ask for 1 to 340"),
        (
            [0, 0, 1],
            "all",
            "train size all: of 2 classes, class 1 would have 1 .*give class 1 more",
        ),
        ([0, 0, 0], "all", "the training set has 1 classes"),
    ],
)
def test_too_large_and_too_small_are_refused(labels, size, message):
    with pytest.raises(ConfigError, match=message):
        training_subset(np.array(labels), size)


def test_the_size_that_the_message_asks_for_is_enough():
    for draw in range(20):
        with pytest.raises(ConfigError) as refusal:
            training_subset(LABELS, 4, draw)
        enough = int(re.search(r"ask for (\d+)", str(refusal.value))[1])
        assert len(training_subset(LABELS, enough, draw)) == enough < 20


@settings(deadline=None, max_examples=20)
@given(codes=st.lists(st.integers(0, 3), min_size=2, max_size=60), folds=st.integers(2, 7))
def test_folds_are_stratified(codes, folds):
    codes = np.array(codes)
    fold = stratified_folds(codes, folds, seed=0)
    used = min(folds, len(codes))
    for members in (np.ones(len(codes), bool), *(codes == code for code in np.unique(codes))):
        counts = np.bincount(fold[members], minlength=used)
        assert len(counts) == used
        assert counts.max() - counts.min() <= 1
