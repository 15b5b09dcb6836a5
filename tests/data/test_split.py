import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.data.split import seeded_split, storing_order
from scatterlab.errors import DataError

COUNTS = st.lists(st.integers(2, 30), min_size=1, max_size=6)


def labels_of(counts, seed=0):
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(seed).permutation(labels)


def draw(labels, seed=0, **spec):
    names = [f"class{label}" for label in range(labels.max() + 1)]
    return seeded_split(labels, names, {"seed": seed, "train_per_class": None, **spec})


@settings(deadline=None, max_examples=40)
@given(counts=COUNTS, fraction=st.floats(0.01, 0.99), seed=st.integers(0, 9))
def test_every_class_is_split_in_the_same_proportion(counts, fraction, seed):
    labels = labels_of(counts)
    split = draw(labels, seed, test_fraction=fraction)
    for label, count in enumerate(counts):
        tested = split[labels == label].sum()
        assert 1 <= tested <= count - 1
        assert abs(tested - fraction * count) <= 1
    np.testing.assert_array_equal(split, draw(labels, seed, test_fraction=fraction))


@given(counts=COUNTS)
@settings(deadline=None, max_examples=20)
def test_train_per_class_trains_on_that_many(counts):
    labels = labels_of(counts)
    split = draw(labels, train_per_class=min(counts) - 1)
    assert (np.bincount(labels[split == 0]) == min(counts) - 1).all()


def test_another_seed_draws_another_split():
    labels = labels_of([30, 30])
    assert np.any(draw(labels, 0, test_fraction=0.5) != draw(labels, 1, test_fraction=0.5))


def test_a_further_class_leaves_the_draw_of_the_others():
    labels = np.repeat([0, 1, 2], 20)
    np.testing.assert_array_equal(
        draw(labels, test_fraction=0.3)[:40], draw(labels[:40], test_fraction=0.3)
    )


@pytest.mark.parametrize(
    ("spec", "needed"),
    [({"test_fraction": 0.2}, "1, needed 2"), ({"train_per_class": 4}, "4, needed 5")],
)
def test_too_few_images_of_a_class_are_named(spec, needed):
    count = int(needed[0])
    with pytest.raises(DataError, match=f"class 'class1' has too few samples.*{needed}"):
        draw(labels_of([9, count, 9]), **spec)


@settings(deadline=None, max_examples=40)
@given(counts=COUNTS)
def test_stored_samples_are_train_first_and_their_classes_take_turns(counts):
    labels = labels_of(counts)
    split = draw(labels, test_fraction=0.4)
    order = storing_order(labels, split)
    assert sorted(order) == list(range(len(labels)))
    assert (np.diff(split[order]) >= 0).all()
    assert set(labels[order][: len(counts)]) == set(range(len(counts)))
    for label in range(len(counts)):
        for part in (0, 1):
            chosen = order[(labels[order] == label) & (split[order] == part)]
            assert (np.diff(chosen) > 0).all()


def test_classes_are_drawn_independently():
    split = draw(np.repeat([0, 1], 30), test_fraction=0.5)
    assert np.any(split[:30] != split[30:])
