"""Deformed inner products against the width of kernels: the fields and the images."""

from typing import Annotated

from pydantic import Field

from scatterlab.config.base import PositiveInt
from scatterlab.config.properties import Analysis

Positive = Annotated[float, Field(gt=0)]


class Widths(Analysis):
    """What a deformation does to inner products with kernels, wavelets or learned, by their width.

    Of scatterings and of networks that begin with a convolution; the others have no kernels.
    """

    dilations: list[Positive] = Field(
        default=[0.02, 0.05, 0.1, 0.2], description="ε of the dilations u ↦ (1+ε)u."
    )
    amplitudes: list[Positive] = Field(
        default=[0.25, 0.5, 1, 2], description="|τ|_∞ of the random smooth fields, in pixels."
    )
    lengths: list[Positive] = Field(
        default=[8, 16], description="Correlation lengths of the random fields, in pixels."
    )
    images: PositiveInt = Field(default=8, description="Test images that are deformed.")
    seed: int = Field(default=0, ge=0, description="Of the random fields.")
