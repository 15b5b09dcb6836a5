"""Rendered scenes: one object, seen and lit in many ways."""

from math import isqrt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from scatterlab.config.base import PositiveInt
from scatterlab.config.squares import Drawn

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Shift = Annotated[float, Field(ge=-0.5, le=0.5)]


class Scenes(Drawn):
    """Chairs and cars of several styles, rendered over a full grid of factors by Mitsuba 3.

    The factors are ``class``, ``style``, ``azimuth``, ``elevation``, ``scale``, ``light``,
    ``colour``, ``background``, ``x`` and ``y``, as far as they have several levels. Style k of
    one class has nothing to do with style k of another.
    """

    format: Literal["scenes"]
    classes: list[Literal["chair", "car"]] = Field(
        default=["chair", "car"], min_length=1, description="Kinds of objects."
    )
    styles: PositiveInt = Field(default=4, description="Number of objects of each class.")
    azimuths: PositiveInt = Field(
        default=8, description="Number of views around the object, evenly spaced."
    )
    first_azimuth: float = Field(
        default=0.0,
        description="Of the first view, in degrees: 0 from the front, 90 from the object's right.",
    )
    elevations: list[Annotated[float, Field(ge=-90, le=90)]] = Field(
        default=[20.0], min_length=1, description="Of the camera above the object, in degrees."
    )
    scales: list[Annotated[float, Field(gt=0, le=1)]] = Field(
        default=[0.8],
        min_length=1,
        description="Diameter of the sphere around the object, as a share of the image's side.",
    )
    lights: list[float] = Field(
        default=[45.0],
        min_length=1,
        description="Where the light comes from, in degrees: 0 the camera, 90 its right, −90 its "
        "left.",
    )
    colours: list[Colour] = Field(
        default=["#c03a2b"], min_length=1, description="Of the object, `#rrggbb` in lower case."
    )
    backgrounds: list[Colour] = Field(
        default=["#ffffff"], min_length=1, description="Colours behind the object."
    )
    x: list[Shift] = Field(
        default=[0.0],
        min_length=1,
        description="The object's shift to the right, as a share of the image's width; rounded "
        "to whole pixels.",
    )
    y: list[Shift] = Field(
        default=[0.0], min_length=1, description="Its shift downwards, as a share of the height."
    )
    samples: PositiveInt = Field(default=16, description="Rays through a pixel: a square number.")
    seed: int = Field(default=0, ge=0, description="Of the styles and of the rays.")
    test_styles: PositiveInt | None = Field(
        default=None,
        description="So many styles of each class, the last ones, are the test set. Unset: `split` "
        "draws views; all images of a view, which differ in background and shift, stay together.",
    )

    @field_validator(
        "classes", "elevations", "scales", "lights", "colours", "backgrounds", "x", "y"
    )
    @classmethod
    def _has_levels_that_differ(cls, levels: list) -> list:
        if len(set(levels)) < len(levels):
            raise ValueError("names a level twice; name it once")
        return levels

    @field_validator("samples")
    @classmethod
    def _is_a_square(cls, samples: int) -> int:
        if isqrt(samples) ** 2 != samples:
            raise ValueError("a square number, as 4, 16 or 64: rays are stratified in both axes")
        return samples

    @model_validator(mode="after")
    def _can_be_split(self):
        if self.test_styles is not None and self.test_styles >= self.styles:
            raise ValueError(
                f"`test_styles: {self.test_styles}` leaves none of {self.styles} styles to train on"
            )
        return self

    @model_validator(mode="after")
    def _moves_by_pixels(self):
        for axis, shifts, side in zip("yx", (self.y, self.x), self.shape, strict=True):
            if len({round(shift * side) for shift in shifts}) < len(shifts):
                raise ValueError(
                    f"two levels of `{axis}` are the same whole pixel of {side}; move them apart, "
                    "or enlarge `size`"
                )
        return self

    @model_validator(mode="after")
    def _stays_inside(self):
        for axis, shifts in (("x", self.x), ("y", self.y)):
            if max(map(abs, shifts)) + max(self.scales) / 2 > 0.5 + 1e-9:
                raise ValueError(
                    f"the greatest of `{axis}` moves an object of the greatest of `scales` out of "
                    f"the image; a shift and half a scale are at most 0.5 together"
                )
        return self
