"""Linear least squares with a ridge that a part of the samples chooses."""

import numpy as np

RIDGES = 10.0 ** np.arange(-10, 3)
"""λ over the mean variance of an input."""


def fitted_map(X: np.ndarray, Y: np.ndarray, group: np.ndarray):
    """The affine map x ↦ ŷ that fits rows of `X` (row, input) to those of `Y` (row, output).

    Minimises ‖Y − X W‖² + λ s n ‖W‖² for centred rows, n of them, s the mean variance of an input;
    λ is the one of `RIDGES` that errs least on the last quarter of the `group`s (an integer for
    each row, sorted), and W is then fitted to all rows. Works in float64, with the smaller of the
    two Gram matrices. Gives a function of rows and the chosen λ.
    """
    kept = group <= group[0] + 0.75 * (group[-1] - group[0])
    ridge = RIDGES[0]
    if not kept.all():
        tried = solutions(X[kept], Y[kept], RIDGES)
        ridge = RIDGES[np.argmin([np.square(Y[~kept] - map_(X[~kept])).sum() for map_ in tried])]
    return solutions(X, Y, [ridge])[0], float(ridge)


def solutions(X: np.ndarray, Y: np.ndarray, ridges) -> list:
    """The affine maps of `fitted_map` for each λ of `ridges`."""
    X, Y = X.astype(np.float64), Y.astype(np.float64)
    middle, target = X.mean(axis=0), Y.mean(axis=0)
    X, Y = X - middle, Y - target
    scale = len(X) * (np.square(X).mean() or 1.0)
    if X.shape[1] <= X.shape[0]:
        values, vectors = np.linalg.eigh(X.T @ X)
        left, right = vectors, vectors.T @ (X.T @ Y)
    else:
        values, vectors = np.linalg.eigh(X @ X.T)
        left, right = X.T @ vectors, vectors.T @ Y
    values = np.maximum(values, 0)
    weights = (left @ (right / (values + ridge * scale)[:, None]) for ridge in ridges)
    return [affine(middle, target, W) for W in weights]


def affine(middle: np.ndarray, target: np.ndarray, W: np.ndarray):
    return lambda rows: (rows - middle) @ W + target
