"""The decision of a Gaussian support vector machine, in NumPy alone."""

from dataclasses import dataclass

import numpy as np

from scatterlab.classifiers.pairwise import class_pairs, winners

BATCH_SAMPLES = 2048


@dataclass(frozen=True)
class SupportVectors:
    """One machine for each pair of classes, on common support vectors.

    `vectors` (vector, feature) are sorted by class, `counts` (class,) of each. Row r of
    `coefficients` (class − 1, vector) holds αy of a vector in the machine of its class and the
    r-th of the others; `offsets` (pair,) are those of the pairs (0, 1), (0, 2), …. A machine is
    positive for the first class of its pair. The kernel is exp(−gamma ‖x−y‖²).
    """

    kind = "support_vectors"
    classes: np.ndarray
    vectors: np.ndarray
    counts: np.ndarray
    coefficients: np.ndarray
    offsets: np.ndarray
    gamma: float

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Labels (sample,) of `features` (sample, feature)."""
        starts = range(0, len(features), BATCH_SAMPLES)
        decisions = [self.decisions(features[start : start + BATCH_SAMPLES]) for start in starts]
        return self.classes[winners(np.concatenate(decisions), len(self.classes))]

    def decisions(self, features: np.ndarray) -> np.ndarray:
        """Values (sample, pair) of all machines."""
        vectors = self.vectors.astype(features.dtype, copy=False)
        kernel = gaussian_kernel(squared_distances(features, vectors), self.gamma)
        blocks = np.cumsum(self.counts)[:-1]
        parts = [
            part @ coefficients.T.astype(part.dtype)
            for part, coefficients in zip(
                np.split(kernel, blocks, axis=1),
                np.split(self.coefficients, blocks, axis=1),
                strict=True,
            )
        ]
        pairs = class_pairs(len(self.classes))
        return np.stack([parts[i][:, j - 1] + parts[j][:, i] for i, j in pairs], 1) + self.offsets

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        names = ("vectors", "counts", "coefficients", "offsets")
        params = {"classes": self.classes.tolist(), "gamma": self.gamma}
        return {name: getattr(self, name) for name in names}, params

    @classmethod
    def from_state(cls, arrays, params):
        return cls(classes=np.array(params["classes"]), gamma=params["gamma"], **arrays)


def squared_distances(features: np.ndarray, others: np.ndarray) -> np.ndarray:
    """‖x−y‖² of each row x of `features` (sample, feature) and y of `others`, not negative."""
    distances = features @ (-2 * others.T)
    distances += np.einsum("nf,nf->n", features, features)[:, None]
    distances += np.einsum("nf,nf->n", others, others)
    return np.maximum(distances, 0, out=distances)


def gaussian_kernel(distances: np.ndarray, gamma: float) -> np.ndarray:
    """exp(−gamma d) of squared `distances`, in their dtype."""
    kernel = distances * np.asarray(-gamma, distances.dtype)
    return np.exp(kernel, out=kernel)
