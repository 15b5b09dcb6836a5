"""Support vector machines of one class against all others."""

from collections.abc import Callable

import numpy as np

from scatterlab.classifiers.threads import map_in_threads


def on_a_kernel(C: float):
    """A machine of scikit-learn to be fitted to a kernel matrix."""
    from sklearn.svm import SVC

    return SVC(kernel="precomputed", C=C)


class OneVsAll:
    """As many machines as classes; the one with the largest decision wins.

    Fitted and asked like the machines of scikit-learn that `make` gives for C, in `threads` if
    these may work in threads.

    Attributes
    ----------
    coefficients_ : (class, sample) αy of each training sample, zero for most.
    offsets_ : (class,), added to coefficients · kernel.
    """

    def __init__(self, C: float, make: Callable = on_a_kernel, threads: bool = True):
        self.C, self.make, self.threads = C, make, threads

    def fit(self, X: np.ndarray, codes: np.ndarray):
        """Fit to what the machines take, and integer `codes` (sample,)."""
        self.classes_ = np.unique(codes)
        self.coefficients_ = np.zeros((len(self.classes_), len(codes)))
        self.offsets_ = np.empty(len(self.classes_))
        each = map_in_threads if self.threads else map
        fits = each(lambda code: self._fitted(X, codes == code), self.classes_)
        for number, (support, coefficients, offset) in enumerate(fits):
            self.coefficients_[number, support] = coefficients
            self.offsets_[number] = offset
        return self

    def predict(self, kernel: np.ndarray) -> np.ndarray:
        """Codes (sample,) for the `kernel` of samples with those of training, (sample, trained)."""
        scores = kernel @ self.coefficients_.T + self.offsets_
        return self.classes_[scores.argmax(axis=1)]

    def _fitted(self, X, positive):
        machine = self.make(self.C).fit(X, positive)
        return machine.support_, np.ravel(machine.dual_coef_), np.ravel(machine.intercept_)[0]
