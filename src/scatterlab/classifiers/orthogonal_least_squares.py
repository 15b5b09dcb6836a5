"""Supervised selection of features by orthogonal least squares."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from scatterlab.classifiers.feature_maps import OrthonormalMap, SelectionMap

FLOATS = [np.float32, np.float64]
ROUNDING = 1000
"""A feature whose part outside the span of those chosen is, squared, below so many times the
rounding error is taken to lie in it."""
BLOCK_BYTES = 64_000_000
"""Features that are centred at a time, about."""


class OrthogonalLeastSquares(TransformerMixin, BaseEstimator):
    """The features that best tell each class from all others, by greedy least squares.

    For class c, the target 1[class = c] is approximated by a constant and features, of which
    each is the one that makes the squared error smallest beside those chosen before: the largest
    |⟨r, φ⟩| for the residual r, over the features made orthogonal to the chosen ones and
    normalised. Neither their scale nor an offset matters. `per_class` are chosen for every class,
    or fewer where no more are independent; `repeats` rounds each choose among the features that
    no class chose in the rounds before (Oyallon & Mallat, CVPR 2015, §4; S. Chen, S. Billings,
    W. Luo, Int. J. Control 50, 1989).

    The result has every chosen feature once, in the order of the input. With `orthonormal`, as in
    the authors' program, it has a group of features for each round and class instead: those
    chosen, centred, made orthogonal to one another over the training samples in the order of
    choice, each of unit variance. A feature that two classes chose counts in both groups.

    For n samples and p features, all classes are fitted together: a choice costs one product of
    (class, n) and (n, p). Beside the features, memory is 16 bytes for each of (class, p) and 8 for
    each of (class, `per_class`, n).

    Attributes
    ----------
    chosen_ : for each round, a list with the numbers of the features of each class, in the order
        of choice.
    map_ : `SelectionMap` or `OrthonormalMap`.
    """

    transductive = False

    def __init__(self, per_class=10, repeats=1, orthonormal=False):
        self.per_class = per_class
        self.repeats = repeats
        self.orthonormal = orthonormal

    def fit(self, X, y):
        """Choose from features `X` (sample, feature) by the labels `y` (sample,).

        Raises `ValueError` for a feature that is not finite, labels of one class only, or if no
        feature varies.
        """
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        classes, codes = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"{type(self).__name__} needs two classes or more; y has one class")
        targets = np.eye(len(classes))[:, codes]
        targets -= targets.mean(axis=1, keepdims=True)
        energies = centred_energies(X)
        self.chosen_ = []
        for _ in range(self.repeats):
            chosen = choose(X, targets, energies, self.per_class)
            if not any(chosen):
                break
            self.chosen_.append(chosen)
            energies = energies.copy()
            energies[np.concatenate(chosen).astype(int)] = 0
        if not self.chosen_:
            raise ValueError("no feature varies: there is nothing to choose from")
        self.map_ = self._map(X)
        return self

    def transform(self, X):
        """The chosen features of `X`, of its dtype (float64 for integers)."""
        check_is_fitted(self)
        return self.map_(validate_data(self, X, dtype=FLOATS, reset=False))

    def _map(self, X):
        groups = [np.array(group) for chosen in self.chosen_ for group in chosen if group]
        if not self.orthonormal:
            return SelectionMap(np.unique(np.concatenate(groups)))
        means = [X[:, group].mean(axis=0, dtype=np.float64) for group in groups]
        return OrthonormalMap(
            indices=np.concatenate(groups),
            offset=np.concatenate(means),
            mixing=tuple(
                mixing(X[:, group] - mean) for group, mean in zip(groups, means, strict=True)
            ),
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def choose(X: np.ndarray, targets: np.ndarray, energies: np.ndarray, count: int) -> list[list[int]]:
    """For each of `targets` (target, sample), centred: the numbers of `count` features of `X`.

    `energies` (feature,) are ‖φ‖² of the centred features, 0 for those not to be chosen.
    """
    many, samples = targets.shape
    basis = np.zeros((many, count, samples))
    residual = targets.copy()
    left = np.tile(energies, (many, 1))  # ‖φ‖² outside the span of the chosen ones
    along = products(X, targets)  # ⟨r, φ⟩
    least = ROUNDING * np.finfo(X.dtype).eps * energies
    chosen: list[list[int]] = [[] for _ in range(many)]
    for number in range(count):
        scores = np.full_like(left, -1)
        np.divide(np.square(along), left, out=scores, where=left > least)
        best = scores.argmax(axis=1)
        going = scores[np.arange(many), best] >= 0
        if not going.any():
            break
        directions = np.zeros((many, samples))
        for target in np.flatnonzero(going):
            chosen[target].append(int(best[target]))
            column = X[:, best[target]].astype(np.float64)
            directions[target] = orthonormalised(column, basis[target, :number])
        basis[:, number] = directions
        gains = np.einsum("tn,tn->t", directions, residual)
        residual -= gains[:, None] * directions
        across = products(X, directions)
        left -= np.square(across)
        along -= gains[:, None] * across
        left[np.arange(many), best] = 0
    return chosen


def products(X: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """⟨d, φ⟩, float64 (direction, feature), of centred `directions` (direction, sample)."""
    return (directions.astype(X.dtype) @ X).astype(np.float64)


def orthonormalised(column: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """`column` (sample,) less its mean and its part in the span of `basis` rows, of norm 1."""
    column = column - column.mean()
    for _ in range(2):  # the second time removes what rounding left
        column -= (basis @ column) @ basis
        column -= column.mean()
    return column / (np.linalg.norm(column) or 1.0)


def centred_energies(X: np.ndarray) -> np.ndarray:
    """‖φ − mean φ‖² of each column φ of `X`, float64; 0 where it is rounding error of the mean."""
    samples, features = X.shape
    energies = np.empty(features)
    width = max(1, BLOCK_BYTES // (8 * samples))
    for start in range(0, features, width):
        block = X[:, start : start + width].astype(np.float64)
        mean = block.mean(axis=0)
        block -= mean
        found = np.einsum("nf,nf->f", block, block)
        constant = found <= samples * np.square(10 * np.finfo(X.dtype).eps * mean)
        energies[start : start + width] = np.where(constant, 0, found)
    return energies


def mixing(group: np.ndarray) -> np.ndarray:
    """The triangular M for which the columns of `group` · M are orthogonal, of unit mean square.

    `group` (sample, feature) has independent columns.
    """
    triangle = np.linalg.qr(group, mode="r") / np.sqrt(len(group))
    return np.linalg.inv(triangle)


def from_options(options) -> OrthogonalLeastSquares:
    """See `scatterlab.classifiers.registry`."""
    return OrthogonalLeastSquares(**options)
