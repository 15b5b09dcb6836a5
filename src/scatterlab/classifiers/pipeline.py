"""From a classifier of the configuration to an object that can be fitted.

The module of a kind of classifier is imported only when asked for, so that a job imports (and a
rule depends on) just the code of its own classifier. Each has ``from_config(spec)``, which gives
an estimator with ``decision_`` and ``parameters_`` once fitted.
"""

import importlib

import numpy as np

from scatterlab.classifiers.registry import CLASSIFIERS
from scatterlab.classifiers.steps import Log, NormalisePaths, Standardise
from scatterlab.classifiers.trained import TrainedClassifier
from scatterlab.errors import ConfigError, suggest


class FeatureClassifier:
    """Steps, then an estimator, all fitted on the training samples.

    Attributes
    ----------
    trained_ : `TrainedClassifier`, what `save_classifier` takes.
    parameters_ : the chosen hyper-parameters, for JSON.
    """

    def __init__(self, steps, estimator):
        self.steps, self.estimator = steps, estimator

    def fit(self, X: np.ndarray, y: np.ndarray):
        """Fit on features `X` (sample, feature) and labels `y` (sample,)."""
        for step in self.steps:
            X = step.fit_transform(X)
        self.estimator.fit(X, y)
        self.parameters_ = self.estimator.parameters_
        maps = [step.map_ for step in self.steps]
        self.trained_ = TrainedClassifier(maps, self.estimator.decision_, self.parameters_)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The predicted labels (sample,)."""
        return self.trained_.predict(X)


def build_classifier(spec: dict, positions: int) -> FeatureClassifier:
    """The classifier that `spec` (a mapping with a ``kind``) describes, to be fitted.

    `positions` is the number of pixels of a channel; features are flattened maps (channel, y,
    x). Raises `ConfigError` for an unknown kind or step.
    """
    kind = spec["kind"]
    if kind not in CLASSIFIERS:
        raise ConfigError(f"unknown classifier {kind!r}; {suggest(kind, CLASSIFIERS)}")
    estimator = importlib.import_module(CLASSIFIERS[kind]).from_config(spec)
    return FeatureClassifier([build_step(name, positions) for name in spec["steps"]], estimator)


def build_step(name: str, positions: int):
    """The step called `name` in the configuration, to be fitted."""
    makers = {
        "normalise_paths": lambda: NormalisePaths(positions),
        "log": Log,
        "standardise": Standardise,
    }
    if name not in makers:
        raise ConfigError(f"unknown step {name!r}; {suggest(name, makers)}")
    return makers[name]()
