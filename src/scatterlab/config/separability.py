"""Discriminability beside stability: the images, and how they are changed."""

from typing import Annotated

from pydantic import Field

from scatterlab.config.base import PositiveInt
from scatterlab.config.properties import Property

Positive = Annotated[float, Field(gt=0)]


class Separability(Property):
    """How far apart classes are in each layer, beside how far small changes move it."""

    train: PositiveInt = Field(
        default=500, description="Training images that distances and decisions are made of."
    )
    test: PositiveInt = Field(default=500, description="Test images that are decided for.")
    amplitude: Positive = Field(
        default=1, description="|τ|_∞ of the random smooth deformations, in pixels."
    )
    width: Positive = Field(default=8, description="Their correlation length, in pixels.")
    noise: Positive = Field(
        default=0.05, description="Root mean square of the white noise, in units of intensity."
    )
    seed: int = Field(default=0, ge=0, description="Of the fields, the noise and the ridge's part.")
