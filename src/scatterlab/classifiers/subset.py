"""Random training sets of any size, with the proportions of the whole."""

from typing import Literal

import numpy as np

from scatterlab.errors import ConfigError


def training_subset(
    labels: np.ndarray, size: int | Literal["all"], draw: int = 0, seed: int = 0
) -> np.ndarray:
    """Sorted indices (int64) of `size` of the samples whose `labels` (sample,) are given.

    All samples are put in one random order, which depends on `draw` and `seed` alone, and the
    first `size` are taken: a larger set of the same draw holds the smaller one. Within a class
    the order is uniform; classes alternate by Webster's divisor method, so that every prefix has
    the class proportions of the whole, to about one sample. Raises `ConfigError` if there are
    not `size` samples, or it leaves a class with fewer than two.
    """
    labels = np.asarray(labels)
    if size == "all":
        chosen = np.arange(len(labels))
    elif not 0 < size <= len(labels):
        raise ConfigError(
            f"train size {size}: the data set has {len(labels)} training samples; "
            f"ask for 1 to {len(labels)}, or for 'all'"
        )
    else:
        chosen = np.sort(random_order(labels, draw, seed)[:size])
    _check_classes(labels, chosen, size)
    return chosen


def random_order(labels: np.ndarray, draw: int, seed: int) -> np.ndarray:
    """All indices, in an order every prefix of which is stratified."""
    rng = np.random.default_rng((seed % 2**63, draw))
    priority, lot = np.empty(len(labels)), rng.random(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        priority[rng.permutation(members)] = (np.arange(len(members)) + 0.5) / len(members)
    return np.lexsort((lot, priority))


def _check_classes(labels: np.ndarray, chosen: np.ndarray, size: int | str) -> None:
    classes, totals = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ConfigError(f"the training set has {len(classes)} classes; at least 2 are needed")
    counts = (labels[chosen][:, None] == classes).sum(axis=0)
    worst = counts.argmin()
    if counts[worst] < 2:
        # Webster's method gives a class its second sample at this size, give or take a tie
        enough = int(np.ceil(1.5 * len(labels) / totals.min())) + len(classes)
        remedy = (
            f"ask for {min(enough, len(labels))} or more"
            if totals.min() > 1
            else f"give class {classes[totals.argmin()]} more samples"
        )
        raise ConfigError(
            f"train size {size}: of {len(classes)} classes, class {classes[worst]} would have "
            f"{counts[worst]} training samples; each needs at least 2: {remedy}"
        )
