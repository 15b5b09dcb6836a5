"""How well predictions match: accuracy with its interval, per class, and who is taken for whom."""

from math import sqrt
from statistics import NormalDist

import numpy as np


def evaluate(labels: np.ndarray, predicted: np.ndarray, class_names: list[str]) -> dict:
    """Accuracy, error, 95 % interval, accuracy of each class and confusion matrix, for JSON.

    `labels` and `predicted` (sample,) are integers that number `class_names`. All are fractions.
    Row k of ``confusion`` counts what samples of class k were predicted as; a class without
    samples has the accuracy None.
    """
    confusion = confusion_matrix(labels, predicted, len(class_names))
    correct, total = int(np.trace(confusion)), int(confusion.sum())
    return {
        "n_test": total,
        "accuracy": correct / total,
        "error": (total - correct) / total,
        "interval": list(wilson_interval(correct, total)),
        "per_class_accuracy": [
            int(row[k]) / int(row.sum()) if row.sum() else None for k, row in enumerate(confusion)
        ],
        "class_names": list(class_names),
        "confusion": confusion.tolist(),
    }


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Counts (true class, predicted class)."""
    pairs = np.asarray(labels) * classes + np.asarray(predicted)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (JASA 22, 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = correct / total, z * z / total
    centre = share + weight / 2
    half = z * sqrt(share * (1 - share) / total + weight / (4 * total))
    return max(0.0, (centre - half) / (1 + weight)), min(1.0, (centre + half) / (1 + weight))
