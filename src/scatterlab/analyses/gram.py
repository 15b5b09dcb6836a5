"""Classification from inner products alone, where features are many more than samples."""

import numpy as np
import torch

RIDGES = 10.0 ** np.arange(-9, 2)
"""λ over the mean eigenvalue."""
COLUMNS = 1 << 14
"""Features that are held in float64 at once."""


def gram(features: torch.Tensor) -> np.ndarray:
    """⟨f_i, f_j⟩ (sample, sample) float64 of `features` (sample, …), less their mean."""
    rows = features.flatten(1)
    products = torch.zeros(len(rows), len(rows), dtype=torch.float64)
    for block in rows.split(COLUMNS, dim=1):
        block = block.double()
        block = block - block.mean(dim=0)
        products += block @ block.T
    return products.numpy()


def centred(K: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The inner products `K` of what is left when the mean of the samples `kept` is taken off."""
    to_mean = K[:, kept].mean(axis=1)
    return K - to_mean - to_mean[:, None] + to_mean[kept].mean()


def squared_distances(K: np.ndarray) -> np.ndarray:
    """‖f_i − f_j‖² (sample, sample)."""
    norms = np.diag(K)
    return np.maximum(norms + norms[:, None] - 2 * K, 0)


def linear_decisions(
    K: np.ndarray, labels: np.ndarray, train: np.ndarray, asked: np.ndarray, seed: int = 0
) -> np.ndarray:
    """The class that ridge regression of the classes' indicators decides for, for samples `asked`.

    `K` are inner products of all samples, of which `train` and `asked` are numbers. The ridge, of
    `RIDGES`, is the one that errs least on a random quarter of the training samples (of equals
    the largest); then all of them are fitted.
    """
    drawn = np.random.default_rng(seed).permutation(train)
    held, kept = np.split(drawn, [len(drawn) // 4])
    tried = ridge_scores(K, labels, kept, held, RIDGES)
    wrong = [np.mean(scores != labels[held]) if len(held) else 0 for scores in tried]
    best = RIDGES[len(RIDGES) - 1 - int(np.argmin(wrong[::-1]))]
    return ridge_scores(K, labels, train, asked, [best])[0]


def ridge_scores(K, labels, train, asked, ridges) -> list[np.ndarray]:
    """The decisions of `linear_decisions` for each of `ridges`."""
    classes = np.unique(labels[train])
    targets = (labels[train, None] == classes).astype(float)
    mean = targets.mean(axis=0)
    K = centred(K, train)
    values, vectors = np.linalg.eigh(K[np.ix_(train, train)])
    values, scale = np.maximum(values, 0), np.trace(K[np.ix_(train, train)]) / len(train)
    seen, wanted = K[np.ix_(asked, train)] @ vectors, vectors.T @ (targets - mean)
    weights = (np.divide(wanted, (values + ridge * (scale or 1.0))[:, None]) for ridge in ridges)
    return [classes[np.argmax(seen @ one + mean, axis=1)] for one in weights]
