"""Analyses: what is asked of every representation."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from scatterlab.config.adversarial import Adversarial, Transfer
from scatterlab.config.base import Confidence, Name, PositiveInt, Section
from scatterlab.config.clutter import Clutter
from scatterlab.config.equivariance import Equivariance
from scatterlab.config.factors import Factors
from scatterlab.config.norms import Norms
from scatterlab.config.occlusion import Occlusion
from scatterlab.config.one_layer import OneLayer
from scatterlab.config.properties import Analysis, Property
from scatterlab.config.separability import Separability
from scatterlab.config.widths import Widths
from scatterlab.errors import suggest


class PublishedEnergy(Section):
    """A published table of energies, to print under ours."""

    dataset: str = Field(description="The images it is of, in words.")
    shares: dict[PositiveInt, list[float]] = Field(
        description="For each J the energy of the orders 0, 1, …, in percent of ‖x‖²."
    )
    confidence: Confidence = Field(description="As of published errors.")
    source: str = Field(default="", description="Paper and table.")


class Energy(Analysis):
    """Energy by order, as a share of ‖x‖², for every scale."""

    J: list[PositiveInt] = Field(
        default=[1, 2, 3, 4, 5], description="Scales to measure, as far as 2^J fits in the image."
    )
    max_order: PositiveInt = Field(default=3, description="Largest order to measure.")
    published: PublishedEnergy | None = Field(default=None, description="What a paper reports.")


class Translation(Analysis):
    """Error under translations, against 2^−J."""

    J: list[PositiveInt] = Field(
        default=[1, 2, 3, 4, 5],
        description="Scales of the scatterings, as far as 2^J fits in the image.",
    )
    shifts: list[float] = Field(default=[0.5, 1, 2, 4], description="In pixels.")


class Deformation(Property):
    """Error under deformations, against the three terms of the stability theorem."""

    J: PositiveInt = Field(
        default=3, description="Scale in the theorem's bound, for representations that have none."
    )
    shifts: list[float] = Field(
        default=[0.5, 1, 2, 4], description="Of the translations, in pixels."
    )
    rotations: list[float] = Field(default=[1, 3, 10, 30], description="In degrees.")
    amplitudes: list[float] = Field(
        default=[0.25, 0.5, 1, 2], description="|τ|_∞ of the random smooth fields, in pixels."
    )
    widths: list[float] = Field(
        default=[4, 8, 16], description="Correlation lengths of the random fields, in pixels."
    )
    dilations: list[float] = Field(
        default=[0.02, 0.05, 0.1, 0.2], description="ε of the dilations u ↦ (1+ε)u."
    )
    seed: int = Field(default=0, description="Of the random fields.")


class Growth(Analysis):
    """Number of coefficients of scatterings by order and scale, and what they buy."""

    J: list[PositiveInt] = Field(
        default=[1, 2, 3, 4, 5], description="Scales, as far as 2^J fits in the image."
    )
    max_order: int = Field(default=2, ge=0, le=2, description="Largest order.")
    per_class: PositiveInt = Field(
        default=20, description="Features that are selected for each class."
    )
    train: PositiveInt = Field(default=1000, description="Training images that are used.")
    test: PositiveInt = Field(default=1000, description="Test images that are used.")


Share = Annotated[float, Field(gt=0, le=1)]


class Redundancy(Analysis):
    """How few weights a network needs: of low rank, or predicted from a few."""

    shares: list[Share] = Field(
        default=[0.1, 0.2, 0.3, 0.5, 0.75, 1],
        min_length=1,
        description="What is left of the rank of each linear operator, of the pixels of its "
        "kernels, or of its inputs.",
    )
    draws: PositiveInt = Field(default=3, description="Random choices of pixels and inputs.")
    test: PositiveInt = Field(default=1000, description="Test images that are used.")
    seed: int = Field(default=0, ge=0, description="Of the choices.")


class Speed(Analysis):
    """Measured time of a network whose operators are of low rank; differs from run to run."""

    shares: list[Share] = Field(
        default=[0.1, 0.2, 0.3, 0.5, 0.75, 1],
        min_length=1,
        description="What is left of the rank of each linear operator.",
    )
    batch: PositiveInt = Field(default=64, description="Images that are timed together.")
    rounds: PositiveInt = Field(default=9, description="Of which the median is taken.")


class TexturePair(Section):
    """Two textures that separable scattering takes for one, and joint scattering tells apart."""

    size: PositiveInt = Field(default=64, description="Of the textures, in pixels.")
    spacing: PositiveInt = Field(
        default=32, description="Between patches of waves, in pixels; divides the size."
    )
    width: float = Field(default=6, gt=0, description="Of the patches, in pixels: σ.")
    cycles: PositiveInt = Field(default=24, description="Of the waves, over the whole texture.")
    J: PositiveInt = Field(default=3, description="Log of the averaging scale.")
    L: PositiveInt = Field(
        default=12, description="Number of angles; with fewer, wavelets between see both waves."
    )
    K: PositiveInt = Field(default=4, description="Log of the scale along the angle.")


class Analyses(Section):
    """Which analyses are made, on what."""

    datasets: list[Name] | None = Field(
        default=None, description="Keys of `datasets`. Unset: those of the comparison."
    )
    representations: list[Name] | None = Field(
        default=None, description="Keys of `representations`. Unset: those of the comparison."
    )
    only: list[str] | None = Field(
        default=None,
        description="The analyses that are made, by name. Unset: all that are not null.",
    )
    samples: PositiveInt = Field(default=64, description="Test images that each analysis uses.")
    classifier: Name | None = Field(
        default=None,
        description="A classifier of kind softmax, which decides for a class by features, where an "
        "analysis needs a decision and its gradient; networks decide themselves. Unset: such "
        "analyses are made of networks alone.",
    )
    energy: Energy | None = Field(default=None, description="Unset: not measured.")
    translation: Translation | None = Field(default=None, description="Unset: not measured.")
    deformation: Deformation | None = Field(default=None, description="Unset: not measured.")
    growth: Growth | None = Field(default=None, description="Unset: not measured.")
    redundancy: Redundancy | None = Field(default=None, description="Unset: not measured.")
    speed: Speed | None = Field(default=None, description="Unset: not measured.")
    factors: Factors | None = Field(default=None, description="Unset: not measured.")
    norms: Norms | None = Field(default=None, description="Unset: not measured.")
    adversarial: Adversarial | None = Field(default=None, description="Unset: not measured.")
    clutter: Clutter | None = Field(default=None, description="Unset: not measured.")
    occlusion: Occlusion | None = Field(default=None, description="Unset: not measured.")
    equivariance: Equivariance | None = Field(default=None, description="Unset: not measured.")
    separability: Separability | None = Field(default=None, description="Unset: not measured.")
    widths: Widths | None = Field(default=None, description="Unset: not measured.")
    one_layer: OneLayer | None = Field(
        default=None, description="Made without a data set. Unset: not made."
    )
    transfer: Transfer | None = Field(
        default=None, description="Of the examples of `adversarial`. Unset: not measured."
    )
    texture_pair: TexturePair | None = Field(
        default=None, description="Made without a data set. Unset: not made."
    )

    def wanted(self, name: str) -> bool:
        """Whether an analysis, or what is made without a data set, is asked for."""
        return getattr(self, name) is not None and (self.only is None or name in self.only)

    @field_validator("only")
    @classmethod
    def _analyses_are_known(cls, names):
        for name in names or []:
            if name not in {*ANALYSES, *DEMONSTRATIONS}:
                raise ValueError(
                    f"{name!r} is no analysis; {suggest(name, {*ANALYSES, *DEMONSTRATIONS})}"
                )
        return names

    @model_validator(mode="after")
    def _examples_are_made_before_they_are_shown(self):
        if self.wanted("transfer") and not self.wanted("adversarial"):
            raise ValueError(
                "transfer: shows the examples of `adversarial`, which is not asked for; give it, "
                "at least {}"
            )
        return self


ANALYSES = {
    "energy": Energy,
    "translation": Translation,
    "deformation": Deformation,
    "growth": Growth,
    "redundancy": Redundancy,
    "speed": Speed,
    "factors": Factors,
    "norms": Norms,
    "adversarial": Adversarial,
    "occlusion": Occlusion,
    "clutter": Clutter,
    "equivariance": Equivariance,
    "separability": Separability,
    "widths": Widths,
    "transfer": Transfer,
}
"""The settings of each analysis by its name."""

DEMONSTRATIONS = {"one_layer": OneLayer, "texture_pair": TexturePair}
"""The settings of what is made without a data set, by its name."""
