"""What every section of the configuration has in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.]*$")]
"""A key that becomes a folder name: letters, digits, underscores and dots."""

PositiveInt = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Confidence = Literal["S", "S2", "M", "m"]
"""How sure a published figure is."""


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
