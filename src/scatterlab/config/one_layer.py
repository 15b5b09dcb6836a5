"""One layer on a set whose variation is known: the signals, and the layers."""

from typing import Annotated

from pydantic import Field

from scatterlab.config.base import PositiveInt, Section

Positive = Annotated[float, Field(gt=0)]


class OneLayer(Section):
    """How one layer flattens patches of waves: thresholding against modulus, and pooling."""

    size: PositiveInt = Field(default=64, description="Of the signals, in samples.")
    cycles: list[Positive] = Field(
        default=[10, 11], min_length=2, description="Of the waves of each class, over the signal."
    )
    width: Positive = Field(default=6, description="Of the patches and the filters: σ, in samples.")
    noise: float = Field(default=0.2, ge=0, description="Deviation of the white noise.")
    filters: list[PositiveInt] = Field(
        default=[2, 4, 8, 16], min_length=1, description="Numbers of real filters, even."
    )
    pooling: list[PositiveInt] = Field(
        default=[1, 4, 16, 64], min_length=1, description="Widths of the means, in samples."
    )
    threshold: float = Field(
        default=0.5, ge=0, description="t, in root mean squares of a filter's outputs."
    )
    samples: PositiveInt = Field(
        default=120, description="Of each class that train, and as many that test."
    )
    seed: int = Field(default=0, ge=0, description="Of the signals.")
