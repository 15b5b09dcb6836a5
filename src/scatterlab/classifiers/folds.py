"""Stratified folds for cross-validation."""

import numpy as np


def stratified_folds(codes: np.ndarray, folds: int, seed: int, together: int = 1) -> np.ndarray:
    """The fold (0 … folds−1) of each sample, given its class `codes` (sample,) of integers.

    Every class is shuffled and dealt out in turn, each starting where the one before stopped,
    so that folds differ by one sample at most, in each class and in all. A class with fewer
    samples than folds is absent from some. There are never more folds than samples.

    Every `together` samples in turn, of one class, stay in one fold: the frames of a clip.
    """
    if together > 1:
        return np.repeat(stratified_folds(codes[::together], folds, seed), together)
    rng = np.random.default_rng(seed % 2**63)
    shuffled = rng.permutation(len(codes))
    dealt = shuffled[np.argsort(codes[shuffled], kind="stable")]
    fold = np.empty(len(codes), dtype=np.int64)
    fold[dealt] = np.arange(len(codes)) % min(folds, len(codes))
    return fold
