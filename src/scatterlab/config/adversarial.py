"""Adversarial examples, and what a paper reports of them."""

from typing import Annotated, Literal

from pydantic import Field

from scatterlab.config.base import Confidence, Name, PositiveInt, Section
from scatterlab.config.properties import Analysis

Distortion = Annotated[float, Field(gt=0, lt=1)]


class PublishedModel(Section):
    """The published numbers of one model."""

    name: str = Field(description="As the paper calls it.")
    error: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, description="Test error in percent."
    )
    distortion: Distortion = Field(description="Average of √(Σ(x' − x)²/n).")


class PublishedDistortions(Section):
    """A published table, printed beside ours."""

    models: dict[Name, PublishedModel] = Field(description="By our representation.")
    confidence: Confidence = Field(description="As of published errors.")
    source: str = Field(default="", description="Paper and table.")


class Adversarial(Analysis):
    """How little images must change for another decision."""

    samples: PositiveInt = Field(default=32, description="Images that are attacked.")
    split: Literal["test", "train"] = Field(
        default="test", description="Of which images are attacked."
    )
    test: PositiveInt = Field(default=1000, description="Test images that the error is taken of.")
    target: Literal["random", "nearest"] = Field(
        default="random",
        description="The class that L-BFGS makes of an image: a random one of the others, or the "
        "one with the second largest score. DeepFool and PGD make it one of any other.",
    )
    precision: float = Field(
        default=1.1,
        gt=1,
        description="Factor to which the weight c of the change's size is searched for.",
    )
    iterations: PositiveInt = Field(default=100, description="Of L-BFGS for each weight, at most.")
    radii: list[Distortion] = Field(
        default=[0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2],
        min_length=1,
        description="Radii of the balls that PGD searches, as distortions √(Σ(x' − x)²/n).",
    )
    steps: PositiveInt = Field(default=40, description="Of PGD in each ball.")
    seed: int = Field(default=0, ge=0, description="Of the targets, PGD's first points and noise.")
    published: PublishedDistortions | None = Field(
        default=None, description="What a paper reports."
    )


class Transfer(Analysis):
    """Whether the examples that are adversarial to one model are so to others."""

    magnified: list[Distortion] = Field(
        default=[0.1],
        description="Distortions to which changes are magnified, beside those that were found.",
    )
    seed: int = Field(default=0, ge=0, description="Of the noise.")
