"""Steps that prepare features (sample, feature), fitted on the training samples alone.

Features are maps of shape (channel, y, x), flattened in this order. Each step is a transformer
of scikit-learn's interface; ``map_`` is what stays of it after fitting.
"""

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from scatterlab.classifiers.feature_maps import AffineMap, LogMap

FLOATS = [np.float32, np.float64]


class Step(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """What the steps share: validation, and a fitted ``map_``."""

    def fit(self, X, y=None):
        """Learn the map from training features `X` (sample, feature); `y` is not used."""
        self.map_ = self._fit_map(validate_data(self, X, dtype=FLOATS))
        return self

    def transform(self, X):
        """The prepared features, of the shape and dtype of `X` (float64 for integers)."""
        check_is_fitted(self)
        return self.map_(validate_data(self, X, dtype=FLOATS, reset=False))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class NormalisePaths(Step):
    """Divide each channel ("path") by its largest modulus over training samples and positions.

    Bruna & Mallat, PAMI 2013, section 4.1. `positions` is the number of pixels of a channel. A
    channel that is zero on all training samples stays as it is. Raises `ValueError` if the
    features are not a whole number of channels.
    """

    def __init__(self, positions=1):
        self.positions = positions

    def _fit_map(self, X):
        if X.shape[1] % self.positions:
            raise ValueError(f"{X.shape[1]} features are not channels of {self.positions} pixels")
        largest = np.maximum(X.max(axis=0), -X.min(axis=0)).reshape(-1, self.positions).max(axis=1)
        factor = np.repeat(1 / np.where(largest > 0, largest, 1), self.positions)
        return AffineMap(np.zeros_like(factor), factor)


class Log(Step):
    """log(|S| + epsilon): products of factors become sums (Oyallon & Mallat, CVPR 2015)."""

    def __init__(self, epsilon=1e-6):
        self.epsilon = epsilon

    def _fit_map(self, X):
        return LogMap(float(self.epsilon))


class Standardise(Step):
    """Zero mean and unit variance of each feature over the training samples.

    A feature that is constant there is only centred.
    """

    def _fit_map(self, X):
        mean = X.mean(axis=0, dtype=np.float64)
        centred = X - mean.astype(X.dtype)
        deviation = np.sqrt(np.square(centred, out=centred).mean(axis=0, dtype=np.float64))
        rounding = 10 * np.finfo(X.dtype).eps * np.abs(mean)
        return AffineMap(mean, 1 / np.where(deviation > rounding, deviation, 1))
