"""Maps of what a decision looks at, by occlusion."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scatterlab.config.base import PositiveInt
from scatterlab.config.properties import Property

Intensity = Annotated[float, Field(ge=0, le=1)]


class Occlusion(Property):
    """What a decision looks at: a grey square slides over test images.

    The paper does not give the size and the stride of its square. Of `layers` each representation
    has one here, by default the last of more than one pixel.
    """

    examples: PositiveInt = Field(
        default=3,
        description="Test images, of classes evenly spread; those that are decided for rightly "
        "come first.",
    )
    size: PositiveInt = Field(default=8, description="Side of the square in pixels.")
    stride: PositiveInt = Field(default=2, description="Pixels between its positions.")
    grey: Intensity = Field(default=0.5, description="Its intensity.")
    strongest: Literal["sum", "standard"] = Field(
        default="sum",
        description="Which map of the top layer is looked at: the one of the largest sum, as in "
        "the paper; or whose sum stands out the most, less its mean over test images and in their "
        "standard deviations, for layers whose maps have levels of their own.",
    )

    @model_validator(mode="after")
    def _one_layer_each(self):
        for name, layers in self.layers.items():
            if len(layers) != 1:
                raise ValueError(f"layers.{name}: one layer is looked at, not {len(layers)}")
        return self
