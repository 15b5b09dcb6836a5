"""Which samples of a data set train a classifier, and which test it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scatterlab.classifiers.subset import training_subset
from scatterlab.errors import ConfigError

Size = int | Literal["all"]


@dataclass(frozen=True)
class Partition:
    """Sorted numbers, int64, of the samples that train and of those that test."""

    train: np.ndarray
    test: np.ndarray


def partition(
    labels: np.ndarray,
    split: np.ndarray,
    class_names: Sequence[str],
    splits: Literal["fixed", "resampled"],
    size: Size,
    draw: int = 0,
    seed: int = 0,
) -> Partition:
    """The samples of one draw, among all samples of a data set.

    `labels` and `split` (0 train, 1 test) are integers (sample,). With `splits` ``fixed``, the
    data set's own split stands, and `size` of its training samples train. With ``resampled``,
    `size` samples of each class train and all others test, whatever `split` says of them. Raises
    `ConfigError` for a size that the data set does not have.
    """
    labels, split = np.asarray(labels), np.asarray(split)
    if splits == "resampled":
        return resampled(labels, class_names, size, draw, seed)
    (trained,) = np.nonzero(split == 0)
    chosen = training_subset(labels[trained], size, draw, seed)
    return Partition(trained[chosen], np.flatnonzero(split == 1))


def resampled(
    labels: np.ndarray, class_names: Sequence[str], per_class: Size, draw: int = 0, seed: int = 0
) -> Partition:
    """`per_class` samples of each class of `labels` (sample,) at random, and all the others.

    The order in which the samples of a class are drawn depends on `draw`, `seed` and the class
    alone: more samples per class hold those of fewer. Raises `ConfigError` that names the class
    with the fewest samples, unless one of each is left to test.
    """
    counts = np.bincount(labels, minlength=len(class_names))
    if per_class == "all":
        raise ConfigError(
            "train size 'all': resampled splits test what they do not train on; give a number of "
            "training samples per class"
        )
    fewest = int(counts.argmin())
    if counts[fewest] < per_class + 1:
        remedy = (
            f"ask for {counts[fewest] - 1} per class at most, or give the class more samples"
            if counts[fewest] > 1
            else "give the class more samples"
        )
        raise ConfigError(
            f"train size {per_class} per class: class {class_names[fewest]!r} has too few "
            f"samples: {counts[fewest]}, of which one at least must be left to test; {remedy}"
        )
    tested = np.ones(len(labels), dtype=bool)
    for label in range(len(class_names)):
        rng = np.random.default_rng((seed % 2**63, draw, label))
        tested[rng.permutation(np.flatnonzero(labels == label))[:per_class]] = False
    return Partition(np.flatnonzero(~tested), np.flatnonzero(tested))
