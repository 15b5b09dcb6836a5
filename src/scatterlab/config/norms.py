"""Additive stability: what is asked of it."""

from typing import Annotated

from pydantic import Field

from scatterlab.config.base import Confidence, PositiveInt, Section
from scatterlab.config.properties import Property

Amplitude = Annotated[float, Field(gt=0)]


class PublishedNorms(Section):
    """Published norms of a network's operators, to print beside ours."""

    network: str = Field(description="Which, in words.")
    norms: dict[str, float] = Field(description="‖Ψ‖ by the layer's name.")
    confidence: Confidence = Field(description="As of published errors.")
    source: str = Field(default="", description="Paper and table.")


class Norms(Property):
    """Norms of operators, bounds of layers, and how far small changes are seen to move them."""

    amplitudes: list[Amplitude] = Field(
        default=[0.01, 0.05, 0.2],
        min_length=1,
        description="Root mean squares of the change, in units of intensity.",
    )
    steps: int = Field(
        default=20, ge=0, description="Of ascent from white noise to the worst change."
    )
    images: PositiveInt = Field(
        default=16, description="Test images that are changed, at most the analyses' `samples`."
    )
    published: list[PublishedNorms] = Field(default=[], description="What papers report.")
    seed: int = Field(default=0, ge=0, description="Of the noise and of iterations.")
