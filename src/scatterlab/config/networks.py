"""Networks: what each is, with how it is trained or where its weights are published."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scatterlab.config.base import PositiveInt
from scatterlab.config.layers import layers_with_weights
from scatterlab.config.representations import Scattering
from scatterlab.config.training import Augmentation, Training
from scatterlab.config.weights import Weights


class Architecture(Training):
    """What every network may say."""

    weights: Weights | None = Field(
        default=None, description="Published weights, which it has instead of being trained."
    )

    @model_validator(mode="after")
    def _every_layer_has_its_turn(self):
        count = len(layers_with_weights(self.model_dump()))
        if self.layer_wise and self.epochs < count:
            raise ValueError(
                f"layer_wise: {count} layers have weights, and `epochs: {self.epochs}` are shared "
                f"between them; set `epochs` to {count} or more"
            )
        return self


class LeNet5(Architecture):
    """LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998)."""

    kind: Literal["lenet5"]
    padding: int = Field(
        default=0,
        ge=0,
        description="Zeros around the images, in pixels; 2 makes 32×32 of MNIST's 28×28.",
    )
    augmentation: Augmentation = Field(default=Augmentation(shift=2), description="Of the images.")


class AlexNet(Architecture):
    """AlexNet (Krizhevsky, Sutskever & Hinton 2012; Krizhevsky 2014)."""

    kind: Literal["alexnet"]
    variant: Literal["2012", "2014"] = Field(
        default="2014",
        description="2012: two groups, response normalisation; 2014: one tower, whose published "
        "weights are torchvision's.",
    )


class VGG(Architecture):
    """Very deep cascades of 3×3 kernels (Simonyan & Zisserman 2015)."""

    kind: Literal["vgg"]
    depth: Literal[11, 13, 16, 19] = Field(default=19, description="Layers that have weights.")
    batch_norm: bool = Field(default=False, description="After each convolution.")


class ResNet(Architecture):
    """Residual networks (He, Zhang, Ren & Sun 2016)."""

    kind: Literal["resnet"]
    depth: Literal[18, 34, 50, 101, 152, 20, 32, 44, 56, 110] = Field(
        description="20 to 110: for images like CIFAR's; 18, 34, 50, 101, 152: like ImageNet's."
    )


class Convolutional(Architecture):
    """A cascade of convolution, normalisation, non-linearity and pooling, each chosen here.

    Stages follow one another; in each, `blocks` blocks, then pooling by 2. The last maps, one a
    class, are averaged.
    """

    kind: Literal["convolutional"]
    channels: list[PositiveInt] = Field(
        default=[32, 64], min_length=1, description="Of each stage."
    )
    blocks: PositiveInt = Field(default=1, description="In each stage.")
    kernel: Literal[1, 3, 5, 7, 9] = Field(
        default=3, description="Receptive field of a block, in pixels."
    )
    cascade: Literal["single", "small", "separable"] = Field(
        default="single",
        description="How a block covers it: one kernel; kernels of 3×3; or of 1×3 and 3×1.",
    )
    rho: Literal["relu", "threshold", "modulus", "scaled_tanh", "sigmoid"] = Field(
        default="relu", description="The non-linearity."
    )
    threshold: float = Field(default=0.1, description="t of max(0, x − t).")
    normalisation: Literal["none", "batch", "local_contrast", "response"] = Field(
        default="batch", description="Of the maps, before the non-linearity."
    )
    pooling: Literal["average", "max", "strided"] = Field(
        default="average", description="strided: a learned convolution with stride 2."
    )
    skip: Literal["none", "residual", "highway"] = Field(
        default="none", description="What a block adds to, or mixes with, its input."
    )
    gate_bias: float = Field(
        default=-2, description="First bias of highway gates; negative: the input passes."
    )
    dropout: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0, description="Share of the last layer's inputs that is dropped in training."
    )


class Hybrid(Convolutional):
    """A scattering, and a network of `convolutional` layers that learns from its coefficients."""

    kind: Literal["hybrid"]
    scattering: Scattering = Field(description="The first, fixed layers.")


class Highway(Architecture):
    """A plain convolution, then highway layers (Srivastava, Greff & Schmidhuber 2015)."""

    kind: Literal["highway"]
    depth: int = Field(default=10, ge=4, description="Layers that have weights.")
    width: PositiveInt = Field(default=16, description="Channels of each layer.")
    gate_bias: float = Field(
        default=-2, description="First bias of the gates; negative: the input passes."
    )


class AllConvolutional(Architecture):
    """All-CNN-C: strided convolutions in place of pooling (Springenberg et al. 2015)."""

    kind: Literal["all_convolutional"]


class FullyConnected(Architecture):
    """Full layers, each of whose units sees all of those before; without hidden ones, linear."""

    kind: Literal["fully_connected"]
    widths: list[PositiveInt] = Field(
        default=[100, 100], description="Units of each hidden layer; []: a linear classifier."
    )
    rho: Literal["relu", "modulus", "scaled_tanh", "sigmoid"] = Field(
        default="sigmoid", description="The non-linearity of hidden units."
    )


Network = Annotated[
    LeNet5
    | AlexNet
    | VGG
    | ResNet
    | Convolutional
    | Hybrid
    | Highway
    | AllConvolutional
    | FullyConnected,
    Field(discriminator="kind"),
]
