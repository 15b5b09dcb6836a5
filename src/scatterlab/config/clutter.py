"""Objects among clutter."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scatterlab.config.base import Name, PositiveInt
from scatterlab.config.properties import Property

Amount = Annotated[float, Field(ge=0, le=1)]


class Clutter(Property):
    """How well objects are told apart among clutter, and how far it moves every layer."""

    kinds: list[Literal["texture", "patches", "backgrounds"]] = Field(
        default=["texture", "patches"],
        min_length=1,
        description="texture: band-passed noise of a random direction; patches: parts of test "
        "images of other classes; backgrounds: parts of images of another data set.",
    )
    over: list[Amount] = Field(
        default=[0, 0.125, 0.25, 0.5, 0.75],
        description="Shares of the image that clutter covers, the object included.",
    )
    behind: list[Amount] = Field(
        default=[],
        description="Amplitudes of clutter behind the object, for images of objects before a plain "
        "background.",
    )
    patch: PositiveInt = Field(
        default=8, description="Side in pixels of the squares that cover, and of patches."
    )
    wavelength: float = Field(default=6, ge=2, description="Of textures, in pixels.")
    contrast: float = Field(default=0.25, gt=0, description="Standard deviation of textures.")
    threshold: float = Field(
        default=0.25,
        gt=0,
        description="What differs by as much from the image's edge (the median of its outermost "
        "pixels) is the object.",
    )
    backgrounds: Name | None = Field(
        default=None,
        description="A key of `datasets`, whose images are the backgrounds; at least as large as "
        "those that they are behind.",
    )
    test: PositiveInt = Field(default=200, description="Test images that are used.")
    seed: int = Field(default=0, ge=0, description="Of the clutter, the same for all.")

    @model_validator(mode="after")
    def _something_clutters(self):
        if not (self.over or self.behind):
            raise ValueError("no amount of clutter: name some in `over` or `behind`")
        if ("backgrounds" in self.kinds) != (self.backgrounds is not None):
            raise ValueError(
                "clutter of kind `backgrounds` is of the data set that the key `backgrounds` "
                "names: give both or neither"
            )
        return self
