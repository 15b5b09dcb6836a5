"""Training: what every network that learns may say."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scatterlab.config.base import Fraction, PositiveInt, Section


class Augmentation(Section):
    """How images are altered anew at every step."""

    shift: int = Field(default=0, ge=0, description="Translate by up to so many pixels, y and x.")
    edge: Literal["repeat", "zero"] = Field(
        default="repeat",
        description="What enters at an edge: its own pixels, or zeros (pad and crop).",
    )
    flip: bool = Field(
        default=False, description="Mirror left to right, with probability one half."
    )
    deform: float = Field(
        default=0, ge=0, description="Deform by smooth random fields of up to so many pixels."
    )
    width: float = Field(
        default=8, gt=0, description="Correlation length of these fields, in pixels."
    )


class Captions(Section):
    """Noisy captions, bags of words, drawn for each image from its label and learned instead."""

    words_per_class: PositiveInt = Field(default=3, description="Words of one class alone.")
    shared: int = Field(default=5, ge=0, description="Words of two classes each.")
    fillers: int = Field(
        default=20,
        ge=0,
        description="Words of no class; of all captions the first is in 1/2, the next in 1/3, …",
    )
    dropout: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.5, description="Share of the right words that are left out."
    )
    wrong: float = Field(
        default=1, ge=0, description="Words of other classes in a caption, on average."
    )
    K: PositiveInt = Field(default=40, description="Words that are learned, the most frequent.")
    seed: int = Field(default=0, ge=0, description="Of the captions.")


class Contraction(Section):
    """No linear operator expands: ‖Ψ‖ is at most a bound, nearly in training, exactly after it."""

    method: Literal["spectral", "parseval"] = Field(
        description="spectral: singular values of the operators are clipped (Sedghi, Gupta & Long "
        "2019); parseval: rows of the kernels go towards orthonormal ones (Cisse et al. 2017)."
    )
    bound: float = Field(default=1, gt=0, description="Of the norm of each linear operator.")
    every: PositiveInt = Field(default=1, description="Steps after which it is done.")
    beta: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.1, description="Of parseval: W ← (1 + β)W − βWWᵀW, each time."
    )


class Part(Section):
    """One of several parts of the training images, which have none in common."""

    number: PositiveInt = Field(description="Which part, from 1.")
    of: PositiveInt = Field(default=2, description="How many there are, equally large.")
    seed: int = Field(default=0, ge=0, description="Of how the images are dealt to them.")

    @model_validator(mode="after")
    def _is_one_of_them(self):
        if self.number > self.of:
            raise ValueError(f"number: {self.number} is more than the {self.of} parts")
        return self


class Training(Section):
    """Gradient descent with momentum."""

    epochs: int = Field(
        default=20,
        ge=0,
        description="Passes over the training images. 0: the network stays as it begins, random.",
    )
    least_steps: int = Field(
        default=0,
        ge=0,
        description="Gradient steps at least: on few images, epochs are added until there are so "
        "many.",
    )
    batch_size: PositiveInt = Field(default=64, description="Images per gradient step.")
    learning_rate: float = Field(default=0.05, gt=0, description="The largest.")
    schedule: Literal["cosine", "steps", "constant"] = Field(
        default="cosine",
        description="Of the learning rate: to 0 as half a cosine; times `decay` at each of "
        "`milestones`; or the same at every step.",
    )
    milestones: list[Fraction] = Field(
        default=[0.5, 0.75], description="Shares of all steps after which `steps` decays."
    )
    decay: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1, description="Factor of the learning rate at each milestone."
    )
    warmup: float = Field(
        default=0, ge=0, description="Epochs in which the learning rate rises from 0, linearly."
    )
    momentum: float = Field(default=0.9, ge=0, lt=1, description="Of the gradient.")
    weight_decay: float = Field(default=5e-4, ge=0, description="Weight of the squared weights.")
    loss: Literal["softmax", "simplex", "words_softmax", "words_one_vs_all"] = Field(
        default="softmax",
        description="softmax: negative log-likelihood; simplex: distance of the direction of the "
        "output to one of a regular simplex, invariant to its scale; words_softmax and "
        "words_one_vs_all: of the words of `captions`, one of all, or each by itself.",
    )
    captions: Captions | None = Field(
        default=None, description="What is learned in place of labels. Unset: the labels."
    )
    part: Part | None = Field(
        default=None,
        description="Learn from a part of the training images alone. Unset: from all.",
    )
    layer_wise: bool = Field(
        default=False,
        description="Train a layer after the other, each with a classifier of its own, the ones "
        "before it fixed; the epochs are shared between them. Unset: end to end.",
    )
    contraction: Contraction | None = Field(
        default=None, description="Of the linear operators. Unset: they are free."
    )
    augmentation: Augmentation = Field(default=Augmentation(), description="Of the images.")
    precision: Literal["float32", "bfloat16"] = Field(
        default="float32", description="Of the products on a GPU; weights are float32."
    )
    compile: bool = Field(default=False, description="Compile the network on a GPU.")
    threads: PositiveInt = Field(
        default=1,
        description="Of the processor. Sums round differently with another number, and so do the "
        "weights.",
    )
    seed: int = Field(
        default=0, ge=0, description="Of the first weights, the order and the augmenting."
    )

    @model_validator(mode="after")
    def _words_are_of_captions(self):
        if self.loss.startswith("words_") and self.captions is None:
            raise ValueError(f"`loss: {self.loss}` learns words: give `captions`, at least {{}}")
        if self.captions and not self.loss.startswith("words_"):
            raise ValueError(
                "`captions` are learned with `loss: words_softmax` or `words_one_vs_all`, "
                f"not {self.loss}"
            )
        return self

    @model_validator(mode="after")
    def _what_is_not_trained_is_not_contracted(self):
        if self.contraction and not self.epochs:
            raise ValueError("`contraction` is of training: set `epochs` to 1 or more")
        return self

    @model_validator(mode="after")
    def _the_rate_rises_before_the_end(self):
        if self.warmup > self.epochs:
            raise ValueError(
                f"warmup: {self.warmup:g} epochs are more than the {self.epochs} of the training"
            )
        return self
