"""The decision of Gaussian machines of one class against the others, in NumPy alone."""

from dataclasses import dataclass

import numpy as np

from scatterlab.classifiers.support_vectors import gaussian_kernel, squared_distances

BATCH_SAMPLES = 2048


@dataclass(frozen=True)
class KernelScores:
    """One score for each class, of which the largest wins.

    `vectors` (vector, feature) are those of all machines; `coefficients` (class, vector) hold αy
    of each, or zero, and `offsets` (class,) are added. The kernel is exp(−gamma ‖x−y‖²).
    """

    kind = "kernel_scores"
    classes: np.ndarray
    vectors: np.ndarray
    coefficients: np.ndarray
    offsets: np.ndarray
    gamma: float

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Labels (sample,) of `features` (sample, feature)."""
        starts = range(0, len(features), BATCH_SAMPLES)
        best = [
            self.scores(features[start : start + BATCH_SAMPLES]).argmax(axis=1) for start in starts
        ]
        return self.classes[np.concatenate(best)]

    def scores(self, features: np.ndarray) -> np.ndarray:
        """All scores (sample, class)."""
        vectors = self.vectors.astype(features.dtype, copy=False)
        kernel = gaussian_kernel(squared_distances(features, vectors), self.gamma)
        return kernel @ self.coefficients.T.astype(features.dtype) + self.offsets

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        names = ("vectors", "coefficients", "offsets")
        params = {"classes": self.classes.tolist(), "gamma": self.gamma}
        return {name: getattr(self, name) for name in names}, params

    @classmethod
    def from_state(cls, arrays, params):
        return cls(classes=np.array(params["classes"]), gamma=params["gamma"], **arrays)
