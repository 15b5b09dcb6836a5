"""Steps that prepare features (sample, feature), fitted on the training samples.

Features are maps of shape (channel, y, x), flattened in this order. Each step is a transformer
of scikit-learn's interface; ``map_`` is what stays of it after fitting.
"""

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from scatterlab.classifiers.feature_maps import AffineMap, ChannelsMap, LogMap, PositionsMap

FLOATS = [np.float32, np.float64]


class Step(TransformerMixin, BaseEstimator):
    """What the steps share: validation, and a fitted ``map_``.

    A `transductive` step is given the test features too, without labels.
    """

    transductive = False

    def fit(self, X, y=None):
        """Learn the map from training features `X` (sample, feature); `y` is not used."""
        self.map_ = self._fit_map(validate_data(self, X, dtype=FLOATS))
        return self

    def transform(self, X):
        """The prepared features, of the dtype of `X` (float64 for integers)."""
        check_is_fitted(self)
        return self.map_(validate_data(self, X, dtype=FLOATS, reset=False))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class NormalisePaths(OneToOneFeatureMixin, Step):
    """Divide each channel ("path") by its largest modulus over training samples and positions.

    Bruna & Mallat, PAMI 2013, section 4.1. `positions` is the number of pixels of a channel. A
    channel that is zero on all training samples stays as it is. Raises `ValueError` if the
    features are not a whole number of channels.
    """

    def __init__(self, positions=1):
        self.positions = positions

    def _fit_map(self, X):
        whole_channels(X.shape[1], self.positions)
        largest = np.maximum(X.max(axis=0), -X.min(axis=0)).reshape(-1, self.positions).max(axis=1)
        factor = np.repeat(1 / np.where(largest > 0, largest, 1), self.positions)
        return AffineMap(np.zeros_like(factor), factor)


class Log(OneToOneFeatureMixin, Step):
    """log(|S| + epsilon): products of factors become sums (Oyallon & Mallat, CVPR 2015)."""

    def __init__(self, epsilon=1e-6):
        self.epsilon = epsilon

    def _fit_map(self, X):
        return LogMap(float(self.epsilon))


class Standardise(OneToOneFeatureMixin, Step):
    """Zero mean and unit variance of each feature over the training samples.

    A feature that is constant there is only centred.
    """

    def _fit_map(self, X):
        mean = X.mean(axis=0, dtype=np.float64)
        centred = X - mean.astype(X.dtype)
        deviation = np.sqrt(np.square(centred, out=centred).mean(axis=0, dtype=np.float64))
        return standardising(mean, deviation, X.dtype)


class StandardiseTransductive(OneToOneFeatureMixin, Step):
    """Zero mean and unit variance of each feature over training *and* test samples.

    This is transductive: what is learned depends on the features of all test samples, though not
    on their labels, so that its error is not that of samples which come one at a time. The authors
    of "Deep Roto-Translation Scattering" (CVPR 2015) did so. `unlabelled` are test features.
    """

    transductive = True

    def fit(self, X, y=None, unlabelled=None):
        """Learn the map from training features `X` and test features, both (sample, feature)."""
        X = validate_data(self, X, dtype=FLOATS)
        blocks = [X] if unlabelled is None else [X, unlabelled]
        samples = sum(map(len, blocks))
        mean = sum(block.sum(axis=0, dtype=np.float64) for block in blocks) / samples
        squares = (np.square(block - mean.astype(X.dtype)) for block in blocks)
        variance = sum(block.sum(axis=0, dtype=np.float64) for block in squares) / samples
        self.map_ = standardising(mean, np.sqrt(variance), X.dtype)
        return self


class CosineAlongPaths(Step):
    """An orthonormal cosine transform along the channels ("paths"), its first part kept.

    Bruna & Mallat, PAMI 2013, section 4.1: coefficients of neighbouring paths are correlated, and
    the transform (DCT-II, at each of `positions` pixels) gathers what they share in its first
    coefficients, of which the share `kept` stays, rounded up. Raises `ValueError` if the features
    are not a whole number of channels.
    """

    def __init__(self, positions=1, kept=0.5):
        self.positions = positions
        self.kept = kept

    def _fit_map(self, X):
        channels = whole_channels(X.shape[1], self.positions)
        return ChannelsMap(cosines(channels, int(np.ceil(self.kept * channels))), self.positions)


class AverageOverScales(Step):
    """Averages of each map over windows that grow by √2: a pyramid, from fine to coarse.

    `grid` is (y, x) of a map. The k-th of `scales` sizes divides it into windows of 2^{k/2} pixels
    a side, or the nearest size that tiles it; a pixel that windows share is shared by area. Sizes
    that tile alike count once, so that the last can be the mean over the map. A map keeps one
    feature for each window, channel by channel. Raises `ValueError` if the features are not a
    whole number of channels.
    """

    def __init__(self, grid=(1, 1), scales=3):
        self.grid = grid
        self.scales = scales

    def _fit_map(self, X):
        whole_channels(X.shape[1], int(np.prod(self.grid)))
        return PositionsMap(self.windows())

    def windows(self) -> np.ndarray:
        """The matrix (pixel, window) of all averages."""
        sides = (2 ** (number / 2) for number in range(self.scales))
        tilings = dict.fromkeys(
            tuple(max(1, round(pixels / side)) for pixels in self.grid) for side in sides
        )
        height, width = self.grid
        blocks = [
            np.kron(averages(height, rows), averages(width, columns)) for rows, columns in tilings
        ]
        return np.concatenate(blocks, axis=1)


def standardising(mean: np.ndarray, deviation: np.ndarray, dtype) -> AffineMap:
    """(x − mean) / deviation, for features of `dtype`; one that is constant is only centred."""
    rounding = 10 * np.finfo(dtype).eps * np.abs(mean)
    return AffineMap(mean, 1 / np.where(deviation > rounding, deviation, 1))


def whole_channels(features: int, positions: int) -> int:
    """How many channels of `positions` pixels there are. Raises `ValueError` for a remainder."""
    if features % positions:
        raise ValueError(f"{features} features are not channels of {positions} pixels")
    return features // positions


def cosines(length: int, count: int) -> np.ndarray:
    """The first `count` rows (count, length) of the orthonormal DCT-II."""
    angles = np.pi / length * np.outer(np.arange(count), np.arange(length) + 0.5)
    rows = np.cos(angles) * np.sqrt(2 / length)
    rows[0] /= np.sqrt(2)
    return rows


def averages(pixels: int, windows: int) -> np.ndarray:
    """The matrix (pixel, window) of means over equal `windows` of a line of `pixels`."""
    edges = np.linspace(0, pixels, windows + 1)
    left, right = np.arange(pixels)[:, None], np.arange(pixels)[:, None] + 1
    shared = np.minimum(right, edges[1:]) - np.maximum(left, edges[:-1])
    return np.maximum(shared, 0) * windows / pixels
