"""Images made here, of which two things vary: shape and position, or two colours."""

from typing import Literal

from pydantic import Field

from scatterlab.config.base import Fraction, PositiveInt
from scatterlab.config.images import Images, SeededSplit


class Drawn(Images):
    """Images that are drawn over a full grid of factors, at their `size`."""

    size: PositiveInt | tuple[PositiveInt, PositiveInt] = Field(
        default=32, description="Height and width of the images in pixels (one number: square)."
    )
    split: SeededSplit = SeededSplit()


class Rectangles(Drawn):
    """Black rectangles of one area on white, of several shapes, at several positions.

    The factors are ``shape``, ``x`` and ``y``; the classes are the shapes.
    """

    format: Literal["rectangles"]
    shapes: int = Field(
        default=13, ge=2, description="Number of aspect ratios, evenly spaced in their logarithm."
    )
    ratio: float = Field(
        default=4.0, gt=1, description="The greatest of height : width, and of width : height."
    )
    area: Fraction = Field(
        default=0.0625, description="Of a rectangle, as a share of the shorter side squared."
    )
    positions: tuple[PositiveInt, PositiveInt] = Field(
        default=(6, 6), description="Numbers of places of the centre along x and y."
    )
    span: Fraction = Field(
        default=0.5, description="Way of the centre along an axis, as a share of the image's side."
    )


class Bicolour(Drawn):
    """A square of one colour on a ground of another.

    The factors are ``inner`` and ``outer``; the classes are the inner colours.
    """

    format: Literal["bicolour"]
    levels: int = Field(
        default=3,
        ge=2,
        le=256,
        description="Of each of red, green and blue, evenly spaced from 0 to 255; their "
        "combinations are the colours.",
    )
    side: Fraction = Field(
        default=0.5, description="Of the inner square, as a share of the shorter side of the image."
    )
