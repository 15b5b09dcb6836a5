"""Analyses: what is asked of every representation."""

from pydantic import Field

from scatterlab.config.base import Name, PositiveInt, Section


class Energy(Section):
    """Energy by order, as a share of ‖x‖², for every scale."""

    J: list[PositiveInt] = Field(
        default=[1, 2, 3, 4, 5], description="Scales to measure, as far as 2^J fits in the image."
    )
    max_order: PositiveInt = Field(default=3, description="Largest order to measure.")


class Translation(Section):
    """Error under translations, against 2^−J."""

    J: list[PositiveInt] = Field(
        default=[1, 2, 3, 4, 5],
        description="Scales of the scatterings, as far as 2^J fits in the image.",
    )
    shifts: list[float] = Field(default=[0.5, 1, 2, 4], description="In pixels.")


class Deformation(Section):
    """Error under deformations, against the three terms of the stability theorem."""

    J: PositiveInt = Field(
        default=3, description="Scale in the theorem's bound, for representations that have none."
    )
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


class Analyses(Section):
    """Which analyses are made, on what."""

    datasets: list[Name] | None = Field(
        default=None, description="Keys of `datasets`. Unset: those of the comparison."
    )
    representations: list[Name] | None = Field(
        default=None, description="Keys of `representations`. Unset: those of the comparison."
    )
    samples: PositiveInt = Field(default=64, description="Test images that each analysis uses.")
    energy: Energy | None = Field(default=None, description="Unset: not measured.")
    translation: Translation | None = Field(default=None, description="Unset: not measured.")
    deformation: Deformation | None = Field(default=None, description="Unset: not measured.")


ANALYSES = {"energy": Energy, "translation": Translation, "deformation": Deformation}
"""The settings of each analysis by its name."""
