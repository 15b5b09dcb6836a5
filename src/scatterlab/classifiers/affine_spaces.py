"""The decision of affine PCA, in NumPy alone: the nearest of some affine spaces."""

from dataclasses import dataclass

import numpy as np

BATCH_VALUES = 4_000_000
"""Errors that one batch of samples computes, at most."""


@dataclass(frozen=True)
class AffineSpaces:
    """One affine space per class.

    `classes` (class,) are the labels, `means` (class, feature) and `directions` (class,
    dimension, feature) span the spaces; the directions of a class are orthonormal, or zero from
    its rank on.
    """

    kind = "affine_spaces"
    classes: np.ndarray
    means: np.ndarray
    directions: np.ndarray

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Labels (sample,) of the spaces nearest to `features` (sample, feature)."""
        return self.classes[self.nearest(features)[:, -1]]

    def distances(self, features: np.ndarray) -> np.ndarray:
        """Squared distances (sample, class) to the spaces."""
        return self.squared_errors(features)[:, :, -1]

    def nearest(self, features: np.ndarray) -> np.ndarray:
        """Numbers (sample, d) of the nearest space, for every dimension d = 0, 1, … of them."""
        classes, dimension, _ = self.directions.shape
        rows = max(1, BATCH_VALUES // (classes * (dimension + 1)))
        return np.concatenate(
            [
                self.squared_errors(features[start : start + rows]).argmin(axis=1)
                for start in range(0, len(features), rows)
            ]
        )

    def squared_errors(self, features: np.ndarray) -> np.ndarray:
        """err²(d) = ‖s−μ_k‖² − Σ_{i≤d} ⟨v_i, s−μ_k⟩², of shape (sample, class k, d), float64."""
        centre = self.means.mean(axis=0)
        features = features - centre.astype(features.dtype)
        means = (self.means - centre).astype(features.dtype)
        directions = self.directions.astype(features.dtype, copy=False)
        classes, dimension, length = directions.shape
        errors = np.empty((len(features), classes, dimension + 1))
        errors[:, :, 0] = squared_norms(features)[:, None] + squared_norms(means)
        errors[:, :, 0] -= 2 * (features @ means.T)
        along = features @ directions.reshape(-1, length).T
        along -= np.einsum("kf,kdf->kd", means, directions).reshape(-1)
        np.square(along, out=along)
        errors[:, :, 1:] = -along.reshape(len(features), classes, dimension)
        return np.cumsum(errors, axis=2, out=errors)

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {"means": self.means, "directions": self.directions}, {
            "classes": self.classes.tolist()
        }

    @classmethod
    def from_state(cls, arrays, params):
        return cls(np.array(params["classes"]), arrays["means"], arrays["directions"])


def squared_norms(vectors: np.ndarray) -> np.ndarray:
    """‖v‖² of each row of `vectors`."""
    return np.einsum("nf,nf->n", vectors, vectors)
