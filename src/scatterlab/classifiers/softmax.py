"""Softmax: multinomial logistic regression by maximum likelihood."""

import contextlib

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from scatterlab.classifiers.estimator import DecisionClassifier
from scatterlab.classifiers.folds import stratified_folds
from scatterlab.classifiers.linear_scores import LinearScores
from scatterlab.classifiers.threads import map_in_threads

ITERATIONS = 300
"""Of L-BFGS, at most."""


class Softmax(DecisionClassifier):
    """p(k | x) ∝ exp(⟨w_k, x⟩ + b_k), fitted by full-batch L-BFGS from zero.

    Minimises the mean negative log-likelihood + (λ/2) Σ_k ‖w_k‖², for features that are centred
    and divided by the root of their mean variance. λ, the weight decay, is the one of
    `weight_decay` with the highest accuracy in stratified `folds`-fold cross-validation, the
    larger where several have it; every `together` samples in turn stay in one fold.

    Attributes
    ----------
    weight_decay_ : the chosen λ.
    accuracy_ : cross-validated accuracy, dictionary of λ.
    """

    def __init__(self, weight_decay=(1e-4, 1e-3, 1e-2), folds=5, seed=0, together=1):
        self.weight_decay = weight_decay
        self.folds = folds
        self.seed = seed
        self.together = together

    def _fit_decision(self, X, codes):
        offset = X.mean(axis=0, dtype=np.float64)
        centred = X - offset.astype(X.dtype)
        unit = float(np.sqrt(np.square(centred).mean(dtype=np.float64))) or 1.0
        centred /= np.asarray(unit, X.dtype)
        features, targets = torch.from_numpy(centred), torch.from_numpy(codes)
        decays = sorted(self.weight_decay, reverse=True)
        self.accuracy_ = self._candidate_accuracy(features, targets, decays)
        self.weight_decay_ = max(self.accuracy_, key=self.accuracy_.get)
        start = torch.zeros(features.shape[1] + 1, len(self.classes_), dtype=features.dtype)
        solution = maximise_likelihood(features, targets, self.weight_decay_, start).numpy()
        weights = solution[:-1].T.astype(np.float64) / unit
        bias = solution[-1] - weights @ offset
        decision = LinearScores(self.classes_, weights.astype(X.dtype), bias, pairwise=False)
        return decision, {
            "weight_decay": self.weight_decay_,
            "cross_validated_accuracy": self.accuracy_[self.weight_decay_],
        }

    def _candidate_accuracy(self, features, targets, decays):
        """Cross-validated accuracy of each of `decays`, each starting where the last ended."""
        if len(decays) == 1:
            return dict.fromkeys(decays)
        fold = stratified_folds(targets.numpy(), self.folds, self.seed, self.together)
        fold = torch.from_numpy(fold)

        def correct(held_out):
            kept, left = fold != held_out, fold == held_out
            among, labels = features[kept], targets[kept]
            solution = features.new_zeros(features.shape[1] + 1, len(self.classes_))
            counts = []
            for decay in decays:
                solution = maximise_likelihood(among, labels, decay, solution, tolerance=1e-4)
                predicted = (features[left] @ solution[:-1] + solution[-1]).argmax(1)
                counts.append(int((predicted == targets[left]).sum()))
            return counts

        with one_torch_thread():
            counts = np.sum(map_in_threads(correct, range(int(fold.max()) + 1)), axis=0)
        return dict(zip(decays, (counts / len(targets)).tolist(), strict=True))


@contextlib.contextmanager
def one_torch_thread():
    """Let torch use one thread in each of the threads that the block starts."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def maximise_likelihood(features, targets, decay, start, tolerance=1e-5):
    """Weights and, in the last row, biases: (feature + 1, class), from `start` of that shape.

    Stops when no derivative exceeds `tolerance`, or after `ITERATIONS`.
    """
    solution = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS(
        [solution],
        max_iter=ITERATIONS,
        tolerance_grad=tolerance,
        tolerance_change=1e-9,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def loss():
        optimiser.zero_grad()
        scores = torch.addmm(solution[-1], features, solution[:-1])
        value = cross_entropy(scores, targets) + decay / 2 * solution[:-1].square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return solution.detach()


def from_config(spec, grid=(1, 1), classes=None) -> Softmax:
    """See `scatterlab.classifiers.pipeline`."""
    return Softmax(spec["weight_decay"], spec["folds"], spec["seed"])
