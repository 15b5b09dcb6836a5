"""Equivariance: the transformations, and the images that the maps of layers are fitted to."""

from typing import Annotated, Literal

from pydantic import Field

from scatterlab.config.base import PositiveInt
from scatterlab.config.properties import Property


class Equivariance(Property):
    """Maps of layers that stand for transformations of the image (Lenc & Vedaldi 2015)."""

    flips: list[Literal["x", "y"]] = Field(default=["x"], description="Axes that are reversed.")
    rotations: list[float] = Field(
        default=[15, 90], description="In degrees, from the x axis towards the y axis."
    )
    scales: list[Annotated[float, Field(gt=0)]] = Field(
        default=[1.25], description="Factors of dilations about the centre."
    )
    shifts: list[float] = Field(default=[1, 4], description="Along x, in pixels.")
    train: PositiveInt = Field(default=200, description="Training images that maps are fitted to.")
    test: PositiveInt = Field(default=100, description="Test images that errors are measured on.")
    seed: int = Field(default=0, ge=0, description="Of the positions that are looked at.")
