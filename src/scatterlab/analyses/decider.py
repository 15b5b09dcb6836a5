"""What decides for a class of an image, with a gradient: a network, or a classifier of features."""

from pathlib import Path

import torch

from scatterlab.analyses.inputs import build, build_deciding
from scatterlab.cascades.cascade import Cascade
from scatterlab.classifiers.differentiable import DifferentiableClassifier
from scatterlab.classifiers.trained import load_classifier
from scatterlab.errors import ConfigError, concerning


class FeatureDecider(torch.nn.Module):
    """A classifier of the features of a cascade's layer: images (sample, channel, y, x) to scores.

    Scores have shape (sample, class); the largest decides.
    """

    def __init__(self, cascade: Cascade, layer: str, classifier: DifferentiableClassifier):
        super().__init__()
        self.cascade, self.layer, self.classifier = cascade, layer, classifier

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.cascade.maps(images, self.layer).flatten(1))


def build_decider(
    spec: dict, images: torch.Tensor, attrs: dict, weights=None, model: Path | None = None
) -> torch.nn.Module:
    """A module from images to scores (sample, class), differentiable in the images.

    With the file `model`, which `train_classifier` writes, it is that classifier of the features
    of `spec`; without, `spec` must be a network, whose own output it is. `attrs` are those of the
    images store. Raises `ConfigError` for a classifier that has no gradient, naming those that
    have, and for a network of other classes.
    """
    if model is None:
        if spec["kind"] != "network":
            raise ConfigError(
                f"a representation of kind {spec['kind']} decides for no class by itself; name a "
                "classifier of kind softmax as `analyses.classifier`"
            )
        return build_deciding(spec, images, attrs, weights)
    cascade, layer = build(spec, images, attrs, weights)
    with concerning(model):
        classifier = DifferentiableClassifier(load_classifier(model), len(attrs["class_names"]))
    return FeatureDecider(cascade, layer, classifier).eval()


def cascade_of(decider: torch.nn.Module) -> Cascade:
    """The cascade whose layers lead to a decision: the network itself, or that of the features."""
    return decider.cascade if isinstance(decider, FeatureDecider) else decider
