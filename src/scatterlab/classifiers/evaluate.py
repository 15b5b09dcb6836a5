"""How well predictions match: accuracy with its interval, per class, and who is taken for whom."""

from math import sqrt
from statistics import NormalDist

import numpy as np


def evaluate(labels: np.ndarray, predicted: np.ndarray, class_names: list[str]) -> dict:
    """Accuracy, error, 95 % interval, accuracy of each class and confusion matrix, for JSON.

    `labels` and `predicted` (sample,) are integers that number `class_names`. All are fractions.
    Row k of ``confusion`` counts what samples of class k were predicted as; a class without
    samples has the accuracy None. ``class_mean`` holds the same numbers for the mean over
    classes of the accuracy in each: see `class_mean`.
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
        "class_mean": class_mean(confusion),
        "class_names": list(class_names),
        "confusion": confusion.tolist(),
    }


def class_mean(confusion: np.ndarray) -> dict:
    """The mean over classes of the accuracy in each, where the large ones count like the small.

    Its interval is that of a proportion of as many samples as would vary as much were all
    classes equally hard, K² / Σ 1/n_k for K classes of n_k samples each: ``n_test``.
    """
    counts = confusion.sum(axis=1)
    present = counts > 0
    accuracy = float((np.diag(confusion)[present] / counts[present]).mean())
    equivalent = float(present.sum() ** 2 / (1 / counts[present]).sum())
    return {
        "n_test": equivalent,
        "accuracy": accuracy,
        "error": 1 - accuracy,
        "interval": list(wilson_interval(accuracy * equivalent, equivalent)),
    }


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Counts (true class, predicted class)."""
    pairs = np.asarray(labels) * classes + np.asarray(predicted)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def wilson_interval(correct: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (JASA 22, 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = correct / total, z * z / total
    centre = share + weight / 2
    half = z * sqrt(share * (1 - share) / total + weight / (4 * total))
    return max(0.0, (centre - half) / (1 + weight)), min(1.0, (centre + half) / (1 + weight))
