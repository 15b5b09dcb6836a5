"""Support vector machines, linear and Gaussian, whose C and γ cross-validation chooses."""

from itertools import product

import numpy as np

from scatterlab.classifiers.estimator import DecisionClassifier
from scatterlab.classifiers.folds import stratified_folds
from scatterlab.classifiers.kernel_scores import KernelScores
from scatterlab.classifiers.linear_scores import LinearScores
from scatterlab.classifiers.one_vs_all import OneVsAll, on_a_kernel
from scatterlab.classifiers.pairwise import class_pairs
from scatterlab.classifiers.subset import random_order
from scatterlab.classifiers.support_vectors import (
    SupportVectors,
    gaussian_kernel,
    squared_distances,
)
from scatterlab.classifiers.threads import map_in_threads
from scatterlab.errors import ConfigError

GRAM_SAMPLES = 20_000
"""Samples, at most, whose kernel matrix is held in memory: 3.2 GB in float64."""


class SVM(DecisionClassifier):
    """Support vector machine, one against one, or (`multiclass`) ``one_vs_all``.

    Both kernels measure features in units of the root mean squared distance between training
    samples: exp(−γ‖x−y‖²) or ⟨x, y⟩ of features so scaled. `C` and `gamma` (without meaning for
    the linear kernel) are candidates; the pair with the highest accuracy in stratified
    `folds`-fold cross-validation is taken, the smaller C, then γ, where several have it. At most
    `selection_samples` training samples choose (None: all); all are fitted. Where there is one
    candidate, nothing is cross-validated. Every `together` samples in turn, the frames of a clip,
    stay together.

    With `sigma` ``mean_norm`` the Gaussian kernel is exp(−‖x−y‖²/2σ²) for σ = mean ‖x‖ over the
    training samples, and `gamma` has no meaning (Oyallon & Mallat, CVPR 2015).

    Attributes
    ----------
    C_, gamma_ : the chosen values; `gamma_` is None for the linear kernel.
    at_grid_edge_ : names of those that lie at an end of their candidates: try more.
    accuracy_ : cross-validated accuracy, dictionary of (C, γ).
    backend_ : the module that fitted: ``sklearnex.svm`` where it can be imported (scikit-learn's
        interface, several times faster), or ``sklearn.svm``.
    """

    def __init__(
        self,
        kernel="rbf",
        C=(1.0, 10.0, 100.0),
        gamma=(0.3, 1.0, 3.0),
        folds=5,
        seed=0,
        selection_samples=2000,
        multiclass="one_vs_one",
        sigma=None,
        together=1,
    ):
        self.kernel = kernel
        self.C = C
        self.gamma = gamma
        self.folds = folds
        self.seed = seed
        self.selection_samples = selection_samples
        self.multiclass = multiclass
        self.sigma = sigma
        self.together = together

    def _fit_decision(self, X, codes):
        unit = mean_squared_distance(X) or 1.0
        self._gammas = self._gamma_candidates(X, unit)
        self.accuracy_ = self._candidate_accuracy(X, codes, unit)
        self.C_, self.gamma_ = max(self.accuracy_, key=self.accuracy_.get)
        self.at_grid_edge_ = self._at_grid_edge()
        decision = self._fit_all(X, codes, unit)
        return decision, {
            "kernel": self.kernel,
            "C": self.C_,
            "gamma": self.gamma_,
            "at_grid_edge": self.at_grid_edge_,
            "cross_validated_accuracy": self.accuracy_[self.C_, self.gamma_],
            "backend": self.backend_,
        }

    def _gamma_candidates(self, X, unit):
        """γ in units of 1/`unit`, the smaller first; None for the linear kernel."""
        if self.kernel == "linear":
            return [None]
        if self.sigma is None:
            return sorted(self.gamma)
        return [unit / (2 * mean_norm(X) ** 2 or 1.0)]

    def _candidate_accuracy(self, X, codes, unit):
        """Cross-validated accuracy of every (C, γ), the smaller first."""
        gammas = self._gammas
        candidates = list(product(sorted(self.C), gammas))
        if len(candidates) == 1:
            return dict.fromkeys(candidates)
        chosen = self._choosing(codes)
        if len(chosen) > GRAM_SAMPLES:
            raise ConfigError(
                f"selection_samples: cross-validation on {len(chosen)} samples would need a "
                f"kernel matrix of {len(chosen) ** 2 * 8 / 1e9:.0f} GB; ask for at most "
                f"{GRAM_SAMPLES}"
            )
        X, codes = X[chosen], codes[chosen]
        fold = stratified_folds(codes, self.folds, self.seed, self.together)
        products = X @ X.T if self.kernel == "linear" else squared_distances(X, X)
        products /= unit
        accuracy = {}
        for gamma in gammas:
            kernel = products if gamma is None else gaussian_kernel(products, gamma)
            machine = OneVsAll if self.multiclass == "one_vs_all" else on_a_kernel
            for C, value in cross_validate(kernel, codes, fold, sorted(self.C), machine).items():
                accuracy[C, gamma] = value
        return {candidate: accuracy[candidate] for candidate in candidates}

    def _choosing(self, codes):
        """The samples, at most `selection_samples`, that choose; those `together` all or none."""
        most = self.selection_samples
        most = None if most is None else max(2, most // self.together)
        first = np.sort(random_order(codes[:: self.together], 0, self.seed)[:most])
        return (first[:, None] * self.together + np.arange(self.together)).ravel()

    def _at_grid_edge(self):
        chosen = {"C": (self.C_, self.C), "gamma": (self.gamma_, self._gammas)}
        return [
            name
            for name, (value, candidates) in chosen.items()
            if len(set(candidates)) > 1 and value in (min(candidates), max(candidates))
        ]

    def _fit_all(self, X, codes, unit):
        if self.multiclass == "one_vs_all":
            return self._fit_one_vs_all(X, codes, unit)
        SVC, self.backend_ = fastest_svc()
        if self.kernel == "linear":
            machine = SVC(kernel="linear", C=self.C_ / unit).fit(X, codes)
            return linear_scores(machine, self.classes_)
        gamma = self.gamma_ / unit
        machine = SVC(kernel="rbf", C=self.C_, gamma=gamma, cache_size=1000).fit(X, codes)
        return support_vectors(machine, self.classes_, gamma)

    def _fit_one_vs_all(self, X, codes, unit):
        if self.kernel == "linear":
            machine, self.backend_ = one_vs_all(X, codes, self.C_ / unit)
            weights = machine.coefficients_.astype(X.dtype) @ X
            return LinearScores(self.classes_, weights, machine.offsets_, pairwise=False)
        gamma = float(self.gamma_ / unit)
        machine, self.backend_ = one_vs_all(X, codes, self.C_, gamma)
        used = machine.coefficients_.any(axis=0)
        coefficients = np.ascontiguousarray(machine.coefficients_[:, used])
        return KernelScores(self.classes_, X[used], coefficients, machine.offsets_, gamma)


def one_vs_all(X, codes, C, gamma=None) -> tuple[OneVsAll, str]:
    """Machines fitted to `X` (sample, feature), and the module that fitted them.

    Without `gamma` they are linear. All use one kernel matrix where it fits in memory.
    """
    if len(X) <= GRAM_SAMPLES:
        products = X @ X.T if gamma is None else squared_distances(X, X)
        kernel = products if gamma is None else gaussian_kernel(products, gamma)
        return OneVsAll(C).fit(kernel, codes), "sklearn.svm"
    SVC, backend = fastest_svc()
    options = {"kernel": "linear"} if gamma is None else {"kernel": "rbf", "gamma": gamma}

    def make(cost):
        return SVC(C=cost, cache_size=1000, **options)

    return OneVsAll(C, make, threads=False).fit(X, codes), backend


def mean_norm(features: np.ndarray) -> float:
    """Mean of ‖x‖ over the rows of `features`."""
    return float(np.sqrt(np.einsum("nf,nf->n", features, features)).mean(dtype=np.float64))


def mean_squared_distance(features: np.ndarray) -> float:
    """Mean of ‖x−y‖² over all pairs of rows of `features`: twice the total variance."""
    centred = features - features.mean(axis=0, dtype=np.float64).astype(features.dtype)
    return 2 * float(np.einsum("nf,nf->n", centred, centred).mean(dtype=np.float64))


def cross_validate(kernel, codes, fold, costs, machine=on_a_kernel) -> dict[float, float]:
    """Accuracy for each of `costs` on a `kernel` matrix (sample, sample) of the samples.

    `machine` makes what is fitted from C. A fold whose complement holds one class only counts as
    wrong.
    """

    def correct(held_out):
        kept, left = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
        if len(np.unique(codes[kept])) < 2:
            return [0] * len(costs)
        among, across = kernel[np.ix_(kept, kept)], kernel[np.ix_(left, kept)]
        machines = (machine(C).fit(among, codes[kept]) for C in costs)
        return [int((fitted.predict(across) == codes[left]).sum()) for fitted in machines]

    counts = np.sum(map_in_threads(correct, range(fold.max() + 1)), axis=0)
    return dict(zip(costs, (counts / len(codes)).tolist(), strict=True))


def fastest_svc():
    """The class ``SVC`` to fit with, and its module's name."""
    try:
        from sklearnex.svm import SVC
    except ImportError:
        from sklearn.svm import SVC

        return SVC, "sklearn.svm"
    return SVC, "sklearnex.svm"


def machine_parts(machine):
    """Counts, coefficients and offsets of a fitted ``SVC``, positive for a pair's first class.

    For two classes scikit-learn gives them with the other sign.
    """
    sign = -1 if len(machine.classes_) == 2 else 1
    counts = np.asarray(machine.n_support_, dtype=np.int64)
    return counts, sign * np.asarray(machine.dual_coef_), sign * np.asarray(machine.intercept_)


def support_vectors(machine, classes, gamma) -> SupportVectors:
    """The decision of a fitted Gaussian ``SVC``."""
    counts, coefficients, offsets = machine_parts(machine)
    vectors = np.ascontiguousarray(machine.support_vectors_)
    return SupportVectors(classes, vectors, counts, coefficients, offsets, float(gamma))


def linear_scores(machine, classes) -> LinearScores:
    """The decision of a fitted linear ``SVC``: one weight vector for each pair of classes."""
    counts, coefficients, offsets = machine_parts(machine)
    blocks = np.cumsum(counts)[:-1]
    parts = [
        own @ vectors
        for own, vectors in zip(
            np.split(coefficients, blocks, axis=1),
            np.split(np.asarray(machine.support_vectors_), blocks),
            strict=True,
        )
    ]
    weights = [parts[i][j - 1] + parts[j][i] for i, j in class_pairs(len(classes))]
    return LinearScores(classes, np.stack(weights), offsets, pairwise=True)


def from_config(spec, grid=(1, 1), classes=None) -> SVM:
    """See `scatterlab.classifiers.pipeline`."""
    names = ("kernel", "C", "gamma", "folds", "seed", "selection_samples", "multiclass", "sigma")
    return SVM(**{name: spec[name] for name in names if name in spec})
