"""Shares of the factors of scenes, and what a paper reports of them."""

from pydantic import Field, model_validator

from scatterlab.config.base import Confidence, Fraction, Name, PositiveInt, Section
from scatterlab.config.properties import Property


class FactorGrid(Section):
    """Which factors of a data set make the grid; all of them, unless named here."""

    combined: dict[str, list[str]] = Field(
        default={},
        description="Factors that count as one, by the name they have together, as "
        "`position: [x, y]`; of a single one, another name.",
    )
    fixed: dict[str, str | int | float] = Field(
        default={}, description="A factor, and the level that all images have."
    )
    within: list[str] = Field(
        default=[],
        description="Factors for each level of which there is a grid of its own; shares and "
        "dimensions are their means. For styles that are a class's own.",
    )


class PublishedNetwork(Section):
    """The published numbers of one network."""

    shares: dict[str, list[float]] = Field(
        description="R of each factor, and of Δ, in percent, by layer."
    )
    dimensions: dict[str, list[float]] = Field(
        default={}, description="Intrinsic dimensions of factors, by layer."
    )


class PublishedShares(Section):
    """A published table, printed under ours of data sets that have all its factors."""

    title: str = Field(description="What it is of.")
    layers: list[str] = Field(description="Of the networks.")
    networks: dict[str, PublishedNetwork] = Field(description="By name.")
    confidence: Confidence = Field(description="As of published errors.")
    source: str = Field(description="Paper and table.")
    note: str = Field(default="", description="What a reader must know of the numbers.")

    @model_validator(mode="after")
    def _a_number_for_each_layer(self):
        for name, network in self.networks.items():
            for factor, values in (*network.shares.items(), *network.dimensions.items()):
                if len(values) != len(self.layers):
                    raise ValueError(
                        f"networks.{name}: {factor!r} has {len(values)} numbers, and there are "
                        f"{len(self.layers)} layers; give one for each"
                    )
        return self


class Factors(Property):
    """The share of each factor of scenes in the variance of features, and its dimension."""

    grids: dict[Name, FactorGrid] = Field(
        default={}, description="The factors by data set. Those of others: each by itself."
    )
    trace: Fraction = Field(
        default=0.95, description="The share of a variance that principal components must hold."
    )
    components: PositiveInt = Field(
        default=2, description="Leading components on which the places of levels are kept."
    )
    published: list[PublishedShares] = Field(default=[], description="What papers report.")
