"""Networks: what they are and how they are trained."""

from typing import Literal

from pydantic import Field

from scatterlab.config.base import PositiveInt, Section


class LeNet5(Section):
    """LeNet-5 (LeCun et al. 1998), trained by maximum likelihood."""

    kind: Literal["lenet5"]
    epochs: PositiveInt = Field(default=20, description="Passes over the training images.")
    batch_size: PositiveInt = Field(default=64, description="Images per gradient step.")
    learning_rate: float = Field(
        default=0.05, gt=0, description="At the first step; it falls to 0 as half a cosine."
    )
    momentum: float = Field(default=0.9, ge=0, lt=1, description="Of the gradient.")
    weight_decay: float = Field(default=5e-4, ge=0, description="Weight of the squared weights.")
    shift: int = Field(
        default=2, ge=0, description="Augment by random translations of up to so many pixels."
    )
    seed: int = Field(
        default=0, ge=0, description="Of the first weights, the order and the augmenting."
    )
