"""The decision of a network that ends in one map for each class."""

import numpy as np

from scatterlab.classifiers.estimator import DecisionClassifier
from scatterlab.classifiers.linear_scores import LinearScores
from scatterlab.errors import InputError


class Argmax(DecisionClassifier):
    """The class whose channel has the largest mean over its pixels; nothing is trained.

    `grid` is (y, x) of a channel, `classes` how many there are (None: as in the training
    labels), numbered as the channels are. Raises `InputError` where channels are more or fewer.
    """

    def __init__(self, grid=(1, 1), classes=None):
        self.grid = grid
        self.classes = classes

    def _fit_decision(self, X, codes):
        positions = int(np.prod(self.grid))
        classes = self.classes or len(self.classes_)
        if X.shape[1] != classes * positions:
            raise InputError(
                f"argmax decides by one channel a class, and there are "
                f"{X.shape[1] / positions:g} channels for {classes} classes: take a network that "
                "knows these classes, and its layer `output`"
            )
        average = np.full((1, positions), 1 / positions, X.dtype)
        weights = np.kron(np.eye(classes, dtype=X.dtype), average)
        bias = np.zeros(classes, X.dtype)
        return LinearScores(np.arange(classes), weights, bias, pairwise=False), {
            "trained": "nothing"
        }


def from_config(spec, grid=(1, 1), classes=None) -> Argmax:
    """See `scatterlab.classifiers.pipeline`."""
    return Argmax(grid, classes)
