"""Properties: what is asked of every layer of every cascade."""

from pydantic import Field

from scatterlab.config.base import Name, Section


class Analysis(Section):
    """What an analysis is made of."""

    datasets: list[Name] | None = Field(
        default=None, description="Keys of `datasets`. Unset: those of `analyses`."
    )
    representations: list[Name] | None = Field(
        default=None, description="Keys of `representations`. Unset: those of `analyses`."
    )
    without: list[Name] = Field(
        default=[], description="Keys of `representations` that are left out of these."
    )


class Property(Analysis):
    """An analysis of the layers of a cascade, whichever of them a representation takes."""

    layers: dict[Name, list[str]] = Field(
        default={}, description="Layers by representation. Those of others: all."
    )
