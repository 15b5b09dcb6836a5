"""From a classifier of the configuration to an object that can be fitted.

The module of a kind of classifier, or of a larger step, is imported only when asked for, so that
a job imports (and a rule depends on) just the code of its own classifier. Each of a classifier
has ``from_config(spec, grid, classes)``, which gives an estimator with ``decision_`` and
``parameters_`` once fitted.
"""

import importlib

import numpy as np

from scatterlab.classifiers.feature_maps import OrthonormalMap, SelectionMap
from scatterlab.classifiers.frames import Frames
from scatterlab.classifiers.registry import CLASSIFIERS, STEPS
from scatterlab.classifiers.steps import (
    AverageOverScales,
    CosineAlongPaths,
    Log,
    NormalisePaths,
    Standardise,
    StandardiseTransductive,
)
from scatterlab.classifiers.trained import TrainedClassifier
from scatterlab.errors import ConfigError, suggest

SELECTIONS = (SelectionMap, OrthonormalMap)


class FeatureClassifier:
    """Steps, then an estimator, all fitted on the training samples, or on their `frames`.

    Attributes
    ----------
    trained_ : `TrainedClassifier`, what `save_classifier` takes.
    parameters_ : the chosen hyper-parameters, for JSON.
    """

    def __init__(self, steps, estimator, frames: Frames | None = None):
        self.steps, self.estimator, self.frames = steps, estimator, frames

    @property
    def transductive(self) -> bool:
        """Whether a step learns from test features too."""
        return any(step.transductive for step in self.steps)

    def fit(self, X: np.ndarray, y: np.ndarray, unlabelled: np.ndarray | None = None):
        """Fit on features `X` (sample, feature) and labels `y` (sample,).

        `unlabelled` are the test features, for transductive steps.
        """
        if self.frames:
            X, y = self.frames(X), np.repeat(y, self.frames.count)
            unlabelled = None if unlabelled is None else self.frames(unlabelled)
        for step in self.steps:
            fitted = step.fit(X, y, unlabelled) if step.transductive else step.fit(X, y)
            X = fitted.transform(X)
            unlabelled = None if unlabelled is None else fitted.transform(unlabelled)
        self.estimator.fit(X, y)
        self.parameters_ = {**self.estimator.parameters_, **self._told()}
        maps = [step.map_ for step in self.steps]
        self.trained_ = TrainedClassifier(
            maps, self.estimator.decision_, self.parameters_, self.frames
        )
        return self

    def _told(self) -> dict:
        """What evaluations and reports must say of the steps."""
        selected = [step for step in self.steps if isinstance(step.map_, SELECTIONS)]
        told = {"selected_features": len(selected[-1].map_.indices)} if selected else {}
        told |= {"frames": self.frames.count} if self.frames else {}
        return told | ({"transductive": True} if self.transductive else {})

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The predicted labels (sample,)."""
        return self.trained_.predict(X)


def build_classifier(
    spec: dict, grid: tuple[int, int] = (1, 1), classes: int | None = None
) -> FeatureClassifier:
    """The classifier that `spec` (a mapping with a ``kind``) describes, to be fitted.

    `grid` is (y, x) of a channel; features are flattened maps (channel, y, x). `classes` is the
    number of classes, which may be more than there are samples of. Raises `ConfigError` for an
    unknown kind or step, or steps in an order that cannot be.
    """
    kind = spec["kind"]
    if kind not in CLASSIFIERS:
        raise ConfigError(f"unknown classifier {kind!r}; {suggest(kind, CLASSIFIERS)}")
    estimator = importlib.import_module(CLASSIFIERS[kind]).from_config(spec, grid, classes)
    if not (frames := spec.get("frames")):
        return FeatureClassifier(build_steps(spec["steps"], grid), estimator)
    framed = Frames(tuple(grid), **frames)
    estimator.set_params(together=framed.count)
    return FeatureClassifier(build_steps(spec["steps"], (grid[0], 1)), estimator, framed)


def build_steps(entries: list, grid: tuple[int, int]) -> list:
    """The steps of the configuration, each a name or a mapping of one name to options.

    Raises `ConfigError` for one that needs whole maps after one that leaves none.
    """
    steps, shape = [], grid
    for entry in entries:
        ((name, options),) = entry.items() if isinstance(entry, dict) else [(entry, {})]
        if name not in MAKERS:
            raise ConfigError(f"unknown step {name!r}; {suggest(name, MAKERS)}")
        make, after = MAKERS[name]
        if shape is None and name in MAP_STEPS:
            raise ConfigError(
                f"step {name!r} comes after one that leaves no whole maps; put it before"
            )
        step = make(shape, options)
        shape = after(shape, step)
        steps.append(step)
    return steps


def same(shape, step):
    return shape


MAP_STEPS = ("normalise_paths", "cosine", "average_scales")
"""Steps that need whole maps of every channel."""

MAKERS = {
    "normalise_paths": (lambda grid, options: NormalisePaths(int(np.prod(grid))), same),
    "log": (lambda grid, options: Log(), same),
    "standardise": (lambda grid, options: Standardise(), same),
    "standardise_transductive": (lambda grid, options: StandardiseTransductive(), same),
    "cosine": (
        lambda grid, options: CosineAlongPaths(int(np.prod(grid)), **options),
        same,
    ),
    "average_scales": (
        lambda grid, options: AverageOverScales(grid, **options),
        lambda grid, step: (1, step.windows().shape[1]),
    ),
    "select": (
        lambda grid, options: importlib.import_module(STEPS["select"]).from_options(options),
        lambda grid, step: None,
    ),
}
"""Name → what makes a step of a grid and options, and the grid it leaves (None: no maps)."""
