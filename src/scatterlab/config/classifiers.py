"""Classifiers: steps that prepare the features, then an estimator."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from scatterlab.config.base import PositiveInt, Section

StepName = Literal[
    "normalise_paths",
    "log",
    "standardise",
    "standardise_transductive",
    "cosine",
    "average_scales",
    "select",
]


class CosineOptions(Section):
    """Of the cosine transform along the paths."""

    kept: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="Share of the coefficients that stays, the first ones."
    )


class ScaleOptions(Section):
    """Of the averages over windows of growing size."""

    scales: PositiveInt = Field(
        default=3, description="Number of window sizes: 1, √2, 2, … pixels of a map."
    )


class SelectOptions(Section):
    """Of the selection by orthogonal least squares."""

    per_class: PositiveInt = Field(default=10, description="Features chosen for each class.")
    repeats: PositiveInt = Field(
        default=1, description="Rounds, each among the features not chosen in those before."
    )
    orthonormal: bool = Field(
        default=False,
        description="Make each class's features of each round orthogonal to one another, of unit "
        "variance, over the training samples.",
    )


class CosineStep(Section):
    cosine: CosineOptions


class ScalesStep(Section):
    average_scales: ScaleOptions


class SelectStep(Section):
    select: SelectOptions


def kind_of_step(step) -> str | None:
    """Which member of `Step` is meant: tags in angle brackets are not keys of the user's."""
    if isinstance(step, Mapping):
        names = [name for name in ("cosine", "average_scales", "select") if name in step]
        return f"<{names[0]}>" if names else None
    return {CosineStep: "<cosine>", ScalesStep: "<average_scales>", SelectStep: "<select>"}.get(
        type(step), "<name>"
    )


Step = Annotated[
    Annotated[StepName, Tag("<name>")]
    | Annotated[CosineStep, Tag("<cosine>")]
    | Annotated[ScalesStep, Tag("<average_scales>")]
    | Annotated[SelectStep, Tag("<select>")],
    Discriminator(
        kind_of_step,
        custom_error_type="step",
        custom_error_message="a step is a name, or one of cosine, average_scales, select with "
        "its options",
    ),
]


class FrameOptions(Section):
    """Each column of the maps, an instant of a sound, is a sample; together they decide."""

    every: PositiveInt = Field(default=1, description="Take every so many columns of the maps.")
    decide: Literal["majority", "sum"] = Field(
        default="majority",
        description="majority: of the columns' classes, of several with as many the first in "
        "time; sum: the class whose distances to all columns sum to the least (affine_pca).",
    )


class ClassifierBase(Section):
    """What every classifier may say."""

    steps: list[Step] = Field(
        default=[],
        description="Applied in turn, fitted on the training samples: normalise_paths (divide "
        "each path by its maximum), log (of |S| + 1e-6), standardise, standardise_transductive "
        "(over the test samples too: errors are then marked as transductive), cosine (transform "
        "along the paths, the first half kept), average_scales (averages over windows that grow "
        "by √2), select (features for each class by orthogonal least squares). The last three "
        "may have options, as in `{select: {per_class: 200}}`.",
    )
    frames: FrameOptions | None = Field(
        default=None,
        description="Classify each column of the maps, such as an instant of a sound, on its "
        "own. Unset: whole maps are classified.",
    )
    folds: Annotated[int, Field(ge=2)] = Field(default=5, description="Of the cross-validation.")
    seed: int = Field(default=0, description="Of the folds and of random initial values.")

    @model_validator(mode="after")
    def _has_distances_to_sum(self):
        if self.frames and self.frames.decide == "sum" and self.kind != "affine_pca":
            raise ValueError("`frames.decide: sum` needs distances: take kind affine_pca")
        return self


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
    multiclass: Literal["one_vs_one", "one_vs_all"] = Field(
        default="one_vs_one",
        description="A machine for each pair of classes, or for each class against all others.",
    )
    sigma: Literal["mean_norm"] | None = Field(
        default=None,
        description="mean_norm: the Gaussian kernel is exp(−d²/2σ²) with σ the mean norm of the "
        "training features, instead of `gamma`.",
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


class Argmax(ClassifierBase):
    """A network's own decision: the class of the largest channel of its last layer."""

    kind: Literal["argmax"]

    @model_validator(mode="after")
    def _takes_the_maps_as_they_are(self):
        if self.steps or self.frames:
            raise ValueError(
                "argmax decides by a network's maps as they are: leave out `steps` and `frames`"
            )
        return self


Classifier = Annotated[AffinePCA | SVM | Softmax | Argmax, Field(discriminator="kind")]
