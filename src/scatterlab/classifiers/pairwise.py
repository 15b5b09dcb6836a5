"""One against one: from the decisions between two classes to one class."""

import numpy as np


def class_pairs(classes: int) -> list[tuple[int, int]]:
    """All (i, j) with i < j, in the order of the columns of pairwise decisions."""
    return [(i, j) for i in range(classes) for j in range(i + 1, classes)]


def winners(decisions: np.ndarray, classes: int) -> np.ndarray:
    """The class number (sample,) that wins most of its pairs.

    `decisions` (sample, pair) is positive where i beats j. Among classes with equally many wins
    the larger sum of decisions counts.
    """
    wins = np.zeros((len(decisions), classes))
    margins = np.zeros_like(wins)
    for column, (i, j) in enumerate(class_pairs(classes)):
        decision = decisions[:, column]
        wins[:, i] += decision > 0
        wins[:, j] += decision <= 0
        margins[:, i] += decision
        margins[:, j] -= decision
    # squeezed into (−1/3, 1/3), margins decide between equal wins and nothing else
    return (wins + margins / (3 * (1 + np.abs(margins)))).argmax(axis=1)
