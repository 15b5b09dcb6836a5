"""Splits drawn from a seed, class by class, and the order of samples in a store."""

from collections.abc import Mapping, Sequence

import numpy as np

from scatterlab.data.source import TEST, TRAIN
from scatterlab.errors import DataError


def seeded_split(labels: np.ndarray, class_names: Sequence[str], spec: Mapping) -> np.ndarray:
    """Draw `TRAIN` or `TEST` for each sample, int64 (sample,).

    `spec` is `scatterlab.config.images.SeededSplit`: in each class, ``train_per_class`` samples
    train and the rest test, or the share ``test_fraction`` tests (at least one) and the
    rest train. The draw of a class depends on ``seed`` and its place among the classes alone.
    Raises `DataError` for a class without a sample left for one of the two.
    """
    split = np.full(len(labels), TRAIN, np.int64)
    for label, name in enumerate(class_names):
        (samples,) = np.nonzero(labels == label)
        tested = count_tested(len(samples), name, spec)
        order = np.random.default_rng([spec["seed"], label]).permutation(samples)
        split[order[:tested]] = TEST
    return split


def count_tested(count: int, name: str, spec: Mapping) -> int:
    """How many of the `count` samples of class `name` are for the test."""
    trained = spec.get("train_per_class")
    needed = 2 if trained is None else trained + 1
    if count < needed:
        wish = "" if trained is None else f" with `train_per_class: {trained}`"
        raise DataError(
            f"class {name!r} has too few samples for the split: {count}, needed {needed}{wish} "
            "(at least one each for training and test)"
        )
    if trained is not None:
        return count - trained
    return min(count - 1, max(1, round(spec["test_fraction"] * count)))


def drawn_as(spec: Mapping) -> dict:
    """The keys of `spec` that decided the draw, for the provenance."""
    size = "test_fraction" if spec.get("train_per_class") is None else "train_per_class"
    return {size: spec[size], "seed": spec["seed"]}


def storing_order(labels: np.ndarray, split: np.ndarray) -> np.ndarray:
    """The order in which samples are stored, int64 (sample,): train first, classes in turn.

    In each split come the first of every class, then the second of every class, and so on, so
    that the first few samples are of all classes.
    """
    turn = np.empty(len(labels), np.int64)
    for group in np.unique(np.stack([split, labels]), axis=1).T:
        (members,) = np.nonzero((split == group[0]) & (labels == group[1]))
        turn[members] = np.arange(len(members))
    return np.lexsort([labels, turn, split])
