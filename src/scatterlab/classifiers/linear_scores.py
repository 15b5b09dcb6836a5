"""The decision of a linear classifier, in NumPy alone."""

from dataclasses import dataclass

import numpy as np

from scatterlab.classifiers.pairwise import winners


@dataclass(frozen=True)
class LinearScores:
    """Scores ⟨w, x⟩ + b: one for each class, or (`pairwise`) for each pair of classes.

    `weights` (score, feature), `bias` (score,). The largest score of a class wins; a score of a
    pair is positive for the first of the two.
    """

    kind = "linear_scores"
    classes: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    pairwise: bool

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Labels (sample,) of `features` (sample, feature)."""
        scores = self.scores(features)
        best = winners(scores, len(self.classes)) if self.pairwise else scores.argmax(axis=1)
        return self.classes[best]

    def scores(self, features: np.ndarray) -> np.ndarray:
        """All scores (sample, score)."""
        return features @ self.weights.T.astype(features.dtype) + self.bias

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        params = {"classes": self.classes.tolist(), "pairwise": self.pairwise}
        return {"weights": self.weights, "bias": self.bias}, params

    @classmethod
    def from_state(cls, arrays, params):
        classes = np.array(params["classes"])
        return cls(classes, arrays["weights"], arrays["bias"], params["pairwise"])
