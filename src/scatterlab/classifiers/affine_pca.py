"""Affine PCA: each class is the affine space of its mean and first principal directions.

Bruna & Mallat, "Invariant Scattering Convolution Networks", PAMI 2013, section 4.
"""

import numpy as np
import scipy.linalg

from scatterlab.classifiers.affine_spaces import AffineSpaces
from scatterlab.classifiers.estimator import DecisionClassifier
from scatterlab.classifiers.folds import stratified_folds
from scatterlab.classifiers.threads import map_in_threads


class AffinePCA(DecisionClassifier):
    """Assign a sample to the class whose affine space approximates it best.

    Class k has the space μ_k + span(v_1 … v_d) of its mean and the eigenvectors of its
    covariance with the largest eigenvalues. The dimension d is common to all classes:
    `dimension`, or unless it is given, of 0 … `max_dimension`, the smallest that has the highest
    accuracy in stratified `folds`-fold cross-validation. The space of a class with fewer than
    d + 1 samples stops at its rank. Every `together` samples in turn stay in one fold.

    Attributes
    ----------
    dimension_ : d.
    accuracy_ : cross-validated accuracy for d = 0, 1, …; None for a given `dimension`.
    """

    def __init__(self, max_dimension=160, folds=5, seed=0, dimension=None, together=1):
        self.max_dimension = max_dimension
        self.folds = folds
        self.seed = seed
        self.dimension = dimension
        self.together = together

    def _fit_decision(self, X, codes):
        parameters = self._choose_dimension(X, codes)
        spaces = affine_spaces(X, codes, self.dimension_)
        return AffineSpaces(self.classes_, spaces.means, spaces.directions), parameters

    def _choose_dimension(self, X, codes) -> dict:
        limit = min(X.shape[1], int(np.bincount(codes).max()) - 1)
        if self.dimension is not None:
            self.accuracy_, self.dimension_ = None, min(self.dimension, limit)
            return {"dimension": self.dimension_}
        limit = min(self.max_dimension, limit)
        fold = stratified_folds(codes, self.folds, self.seed, self.together)
        correct = np.zeros(limit + 1)
        for held_out in range(fold.max() + 1):
            kept, left = fold != held_out, fold == held_out
            nearest = affine_spaces(X[kept], codes[kept], limit).nearest(X[left])
            correct += (np.unique(codes[kept])[nearest] == codes[left, None]).sum(axis=0)
        self.accuracy_ = correct / len(codes)
        self.dimension_ = int(self.accuracy_.argmax())
        return {
            "dimension": self.dimension_,
            "cross_validated_accuracy": float(self.accuracy_.max()),
        }


def affine_spaces(features: np.ndarray, codes: np.ndarray, dimension: int) -> AffineSpaces:
    """The spaces of the classes among integer `codes` (sample,), of `dimension` at most each."""
    classes = np.unique(codes)
    rounding = np.finfo(features.dtype).eps

    def space(code):
        members = features[codes == code].astype(np.float64)
        mean = members.mean(axis=0)
        members -= mean
        return mean, principal_directions(members, dimension, rounding)

    means = np.empty((len(classes), features.shape[1]), features.dtype)
    directions = np.zeros((len(classes), dimension, features.shape[1]), features.dtype)
    for number, (mean, found) in enumerate(map_in_threads(space, classes)):
        means[number] = mean
        directions[number, : len(found)] = found
    return AffineSpaces(classes, means, directions)


def principal_directions(centred: np.ndarray, count: int, rounding: float) -> np.ndarray:
    """The first `count` principal directions (direction, feature) of `centred` (sample, feature).

    Those with a variance below `rounding` times the largest are left out. They come from the
    smaller of the covariance and the Gram matrix of the samples.
    """
    samples, length = centred.shape
    few = samples <= length
    product = centred @ centred.T if few else centred.T @ centred
    first = max(0, len(product) - count)
    if first == len(product):
        return np.empty((0, length))
    values, vectors = scipy.linalg.eigh(
        product, subset_by_index=(first, len(product) - 1), overwrite_a=True, check_finite=False
    )
    values, vectors = values[::-1], vectors[:, ::-1]
    real = values > rounding * max(values[0], np.finfo(float).tiny)
    values, vectors = values[real], vectors[:, real]
    return (vectors / np.sqrt(values)).T @ centred if few else vectors.T


def from_config(spec, grid=(1, 1), classes=None) -> AffinePCA:
    """See `scatterlab.classifiers.pipeline`."""
    return AffinePCA(spec["max_dimension"], spec["folds"], spec["seed"], spec.get("dimension"))
