"""Published weights: where they are, and what images and classes they are for."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from scatterlab.config.base import PositiveInt
from scatterlab.config.images import Archive

FirstDigits = Annotated[
    str, StringConstraints(pattern=r"^(sha256:[0-9a-f]{8,64}|md5:[0-9a-f]{32})$")
]


class Weights(Archive):
    """A file of published weights, safetensors or a PyTorch file that holds nothing but tensors."""

    digests: list[FirstDigits] = Field(
        min_length=1,
        description="Accepted checksums of the file, 'sha256:…' or 'md5:…'. Of a sha256 the first "
        "8 digits or more will do: PyTorch's publishers give no more, in the name of the file.",
    )
    classes: PositiveInt = Field(description="Number of classes that they tell apart.")
    mean: list[float] = Field(
        min_length=1,
        description="Subtracted from intensities in [0, 1], a number a colour.",
    )
    std: list[Annotated[float, Field(gt=0)]] = Field(
        min_length=1, description="What they are then divided by, a number a colour."
    )

    @model_validator(mode="after")
    def _normalises_each_colour(self):
        if len(self.mean) != len(self.std):
            raise ValueError("`mean` and `std` must have as many numbers, one a colour, each")
        return self
