import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.partition import partition
from scatterlab.classifiers.subset import training_subset
from scatterlab.errors import ConfigError

NAMES = ["oak", "ash", "elm"]
LABELS = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [30, 20, 12]))
SPLIT = (np.arange(62) >= 40).astype(int)


def resampled(size, draw=0, seed=0):
    return partition(LABELS, SPLIT, NAMES, "resampled", size, draw, seed)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(1, 11), draw=st.integers(0, 5), seed=st.integers(-5, 5))
def test_every_sample_trains_or_tests_and_classes_train_alike(size, draw, seed):
    chosen = resampled(size, draw, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate([chosen.train, chosen.test])), range(62))
    assert np.bincount(LABELS[chosen.train]).tolist() == [size] * 3
    assert (np.diff(chosen.train) > 0).all()
    assert (np.diff(chosen.test) > 0).all()


def test_draws_and_seeds_split_anew_and_repeat():
    sets = [tuple(resampled(8, *key).train) for key in ((0, 0), (1, 0), (0, 1))]
    assert len(set(sets)) == 3
    assert sets[1] == tuple(resampled(8, 1, 0).train)


def test_more_samples_of_a_class_hold_the_fewer():
    assert set(resampled(3, 2).train) < set(resampled(9, 2).train)


def test_every_sample_is_as_likely_to_train_as_another_of_its_class():
    counts = np.zeros(62)
    for draw in range(400):
        counts[resampled(6, draw).train] += 1
    np.testing.assert_allclose(counts, 400 * 6 / np.bincount(LABELS)[LABELS], atol=60)


@pytest.mark.parametrize("size", [30, "all"])
def test_a_fixed_split_stays_as_it_is(size):
    chosen = partition(LABELS, SPLIT, NAMES, "fixed", size, 1, 2)
    np.testing.assert_array_equal(chosen.test, np.arange(40, 62))
    np.testing.assert_array_equal(chosen.train, training_subset(LABELS[:40], size, 1, 2))


@pytest.mark.parametrize(
    ("size", "labels", "message"),
    [
        (
            12,
            LABELS,
            "12 per class: class 'elm' has too few samples: 12, .*ask for 11 per class",
        ),
        (1, np.array([0, 0, 1, 2, 2]), "class 'ash' has too few samples: 1, .*give the class more"),
        (1, np.array([0, 0, 1, 1]), "class 'elm' has too few samples: 0,"),
        ("all", LABELS, "train size 'all': .*give a number"),
    ],
)
def test_a_class_with_too_few_samples_is_named(size, labels, message):
    with pytest.raises(ConfigError, match=message):
        partition(labels, np.zeros_like(labels), NAMES, "resampled", size)
