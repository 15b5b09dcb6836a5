"""A trained linear classifier as a torch module, so that scores have gradients."""

import numpy as np
import torch

from scatterlab.classifiers.feature_maps import (
    AffineMap,
    ChannelsMap,
    LogMap,
    OrthonormalMap,
    PositionsMap,
    SelectionMap,
)
from scatterlab.classifiers.linear_scores import LinearScores
from scatterlab.classifiers.trained import TrainedClassifier
from scatterlab.errors import ConfigError


class DifferentiableClassifier(torch.nn.Module):
    """The steps and scores of a `TrainedClassifier`, from features to a score for each class.

    Maps a tensor (sample, feature) to (sample, class), in its own dtype; the columns are the
    classes 0, 1, …, `classes` − 1. Scores are those of `LinearScores`, up to rounding. Raises
    `ConfigError` for a classifier without one linear score a class, with `frames`, or that was
    trained without samples of some class.
    """

    def __init__(self, classifier: TrainedClassifier, classes: int):
        super().__init__()
        check(classifier, classes)
        self.maps = torch.nn.ModuleList(MODULES[type(one)](one) for one in classifier.maps)
        decision = classifier.decision
        self.linear = buffers(weight=decision.weights, bias=decision.bias)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        for apply in self.maps:
            features = apply(features)
        return features @ self.linear.weight.T.to(features) + self.linear.bias.to(features)


def check(classifier: TrainedClassifier, classes: int) -> None:
    decision = classifier.decision
    if not isinstance(decision, LinearScores) or decision.pairwise or classifier.frames:
        raise ConfigError(
            "this classifier has no score for each class with a gradient; those of kind softmax "
            "and argmax have, without frames: name one as `analyses.classifier`"
        )
    if not np.array_equal(decision.classes, np.arange(classes)):
        raise ConfigError(
            f"this classifier was trained on {len(decision.classes)} of {classes} classes; train "
            "it on samples of all"
        )


def buffers(**arrays: np.ndarray) -> torch.nn.Module:
    """A module that holds arrays, which follow it to other devices."""
    module = torch.nn.Module()
    for name, array in arrays.items():
        module.register_buffer(name, torch.from_numpy(np.array(array)))
    return module


class Affine(torch.nn.Module):
    """See `AffineMap`."""

    def __init__(self, given: AffineMap):
        super().__init__()
        self.held = buffers(offset=given.offset, factor=given.factor)

    def forward(self, features):
        return (features - self.held.offset.to(features)) * self.held.factor.to(features)


class Log(torch.nn.Module):
    """See `LogMap`."""

    def __init__(self, given: LogMap):
        super().__init__()
        self.epsilon = given.epsilon

    def forward(self, features):
        return torch.log(features.abs() + self.epsilon)


class Selection(torch.nn.Module):
    """See `SelectionMap`."""

    def __init__(self, given: SelectionMap):
        super().__init__()
        self.held = buffers(indices=given.indices)

    def forward(self, features):
        return features[:, self.held.indices]


class Orthonormal(torch.nn.Module):
    """See `OrthonormalMap`."""

    def __init__(self, given: OrthonormalMap):
        super().__init__()
        self.held = buffers(indices=given.indices, offset=given.offset)
        self.mixing = torch.nn.ModuleList(buffers(matrix=matrix) for matrix in given.mixing)

    def forward(self, features):
        centred = features[:, self.held.indices] - self.held.offset.to(features)
        groups = centred.split([len(group.matrix) for group in self.mixing], dim=1)
        mixed = [
            part @ group.matrix.to(features)
            for part, group in zip(groups, self.mixing, strict=True)
        ]
        return torch.cat(mixed, dim=1)


class Channels(torch.nn.Module):
    """See `ChannelsMap`."""

    def __init__(self, given: ChannelsMap):
        super().__init__()
        self.held, self.positions = buffers(matrix=given.matrix), given.positions

    def forward(self, features):
        maps = features.unflatten(1, (-1, self.positions))
        return (self.held.matrix.to(features) @ maps).flatten(1)


class Positions(torch.nn.Module):
    """See `PositionsMap`."""

    def __init__(self, given: PositionsMap):
        super().__init__()
        self.held = buffers(matrix=given.matrix)

    def forward(self, features):
        maps = features.unflatten(1, (-1, len(self.held.matrix)))
        return (maps @ self.held.matrix.to(features)).flatten(1)


MODULES = {
    AffineMap: Affine,
    LogMap: Log,
    SelectionMap: Selection,
    OrthonormalMap: Orthonormal,
    ChannelsMap: Channels,
    PositionsMap: Positions,
}
