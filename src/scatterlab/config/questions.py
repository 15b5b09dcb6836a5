"""Questions: networks that differ in one respect, trained and tested on the same images."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from scatterlab.config.base import Name, PositiveInt, Section
from scatterlab.config.mistakes import describe
from scatterlab.config.networks import Network
from scatterlab.config.overlay import overlay

Values = Annotated[list[Annotated[int | float, Field(ge=0)]], Field(min_length=2)]


class Question(Section):
    """Variants of one network, side by side."""

    title: str = Field(description="The heading of its table.")
    text: str = Field(default="", description="What it asks, in a sentence.")
    dataset: Name = Field(description="A key of `datasets`.")
    base: Name = Field(description="A key of `networks`.")
    vary: dict[Name, dict[str, Any]] = Field(
        min_length=1, description="Variants by name: the keys of the base that each changes."
    )
    along: Annotated[dict[str, Values], Field(min_length=1, max_length=1)] | None = Field(
        default=None, description="One more key, and its values: each variant is a curve over them."
    )
    train_size: PositiveInt | Literal["all"] = Field(
        default="all", description="Training images, drawn as for the comparison."
    )
    draws: PositiveInt = Field(
        default=1,
        description="How often each is trained: on another training set, from other weights.",
    )

    @model_validator(mode="after")
    def _variants_differ(self):
        if len(self.changes()) < 2:
            raise ValueError("give two variants in `vary` or more, or values `along` a key")
        return self

    def changes(self) -> dict[str, dict[str, Any]]:
        """What each variant changes, by its name: ``label``, or ``label.value`` along a key."""
        if self.along is None:
            return dict(self.vary)
        ((key, values),) = self.along.items()
        return {
            f"{label}.{value}": {**change, key: value}
            for label, change in self.vary.items()
            for value in values
        }


def varied(base: Network, change: dict[str, Any], where: str) -> Network:
    """`base` with the keys of `change`. Raises `ValueError` that names each wrong one."""
    raw = overlay(base.model_dump(mode="json"), change)
    try:
        return TypeAdapter(Network).validate_python(raw)
    except ValidationError as error:
        lines = [f"{where}.{describe(mistake, raw, Network)}" for mistake in error.errors()]
        raise ValueError("\n  ".join(lines)) from None
