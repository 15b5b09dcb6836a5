"""Classifiers: steps that prepare the features, then an estimator."""

from typing import Annotated, Literal

from pydantic import Field

from scatterlab.config.base import PositiveInt, Section

Step = Literal["normalise_paths", "log", "standardise"]


class ClassifierBase(Section):
    """What every classifier may say."""

    steps: list[Step] = Field(
        default=[],
        description="Applied in turn, fitted on the training samples: normalise_paths (divide "
        "each path by its maximum), log, standardise.",
    )
    folds: Annotated[int, Field(ge=2)] = Field(default=5, description="Of the cross-validation.")
    seed: int = Field(default=0, description="Of the folds and of random initial values.")


class AffinePCA(ClassifierBase):
    """One affine space per class: its mean and its first principal directions."""

    kind: Literal["affine_pca"]
    max_dimension: PositiveInt = Field(
        default=160, description="Largest common dimension that the cross-validation tries."
    )
    dimension: PositiveInt | None = Field(
        default=None,
        description="The common dimension, instead of a cross-validated one; at most the training "
        "samples of a class, less one.",
    )


class SVM(ClassifierBase):
    """Support vector machine, C and γ by cross-validation."""

    kind: Literal["svm"]
    kernel: Literal["linear", "rbf"] = Field(default="rbf", description="Linear or Gaussian.")
    C: list[Annotated[float, Field(gt=0)]] = Field(
        default=[1.0, 10.0, 100.0], min_length=1, description="Candidates for the cost."
    )
    gamma: list[Annotated[float, Field(gt=0)]] = Field(
        default=[0.3, 1.0, 3.0, 10.0],
        min_length=1,
        description="Candidates for γ of the Gaussian kernel, in units of 1/(mean squared "
        "distance between training samples).",
    )
    selection_samples: PositiveInt | None = Field(
        default=2000,
        description="Choose C and γ on so many training samples at most (unset: on all).",
    )


class Softmax(ClassifierBase):
    """Multinomial logistic regression by maximum likelihood."""

    kind: Literal["softmax"]
    weight_decay: list[Annotated[float, Field(ge=0)]] = Field(
        default=[1e-4, 1e-3, 1e-2], min_length=1, description="Candidates for the weight decay."
    )


Classifier = Annotated[AffinePCA | SVM | Softmax, Field(discriminator="kind")]
