"""Data sets: where they come from, how they are read, how they are split and sized."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from scatterlab.config.base import PositiveInt
from scatterlab.config.images import Archive, DatasetBase, Images, SeededSplit
from scatterlab.config.scenes import Scenes
from scatterlab.config.squares import Bicolour, Rectangles


class Digits(Images):
    """The 1,797 handwritten digits of 8×8 pixels that scikit-learn carries."""

    published_side = 8
    format: Literal["digits"]
    split: SeededSplit = SeededSplit()


class Idx(Images):
    """MNIST-type idx files, plain or gzipped; the published split."""

    format: Literal["idx"]
    archives: list[Archive] = Field(
        min_length=4,
        max_length=4,
        description="Training images, training labels, test images, test labels.",
    )
    class_names: list[str] = Field(
        default=[], description="What the labels 0, 1, 2, … mean. Unset: the numbers."
    )


class Usps(Images):
    """The text files ``zip.train`` and ``zip.test``: label, then 256 grey values in [−1, 1]."""

    published_side = 16
    format: Literal["usps"]
    archives: list[Archive] = Field(
        min_length=2, max_length=2, description="``zip.train`` and ``zip.test``, plain or gzipped."
    )


class Cifar(Images):
    """CIFAR-10 or CIFAR-100 in the binary version, as one tar archive; the published split."""

    published_side = 32
    format: Literal["cifar"]
    archives: list[Archive] = Field(
        min_length=1, max_length=1, description="The tar archive of the binary version."
    )
    classes: Literal[10, 100] = Field(default=10, description="CIFAR-10 or CIFAR-100.")


class Files(DatasetBase):
    """Files in a folder or an archive, one sub-folder per class.

    The split is given by `test_pattern`, or by sub-folders ``train`` and ``test`` where these are
    the only ones; otherwise it is drawn from a seed.
    """

    path: str | None = Field(
        default=None, description="A folder on this machine (or `archives`: a zip or tar to fetch)."
    )
    root: str = Field(default="", description="Where in the archive the class folders are.")
    class_pattern: str | None = Field(
        default=None,
        description="Regular expression with one group: the class in a file name, where there "
        "are no class folders.",
    )
    test_pattern: str | None = Field(
        default=None,
        description="Regular expression: files whose name (without folders) it is found in are "
        "for the test, all others for training.",
    )
    exclude: list[str] = Field(
        default=[], description="Classes, by the names of their folders, that are left out."
    )
    factors: str | None = Field(
        default=None,
        description="Regular expression with a named group for each factor, as "
        r"`obj(?P<object>\d+)__(?P<view>\d+)`: the levels in the path of a file, of a full grid.",
    )
    split: SeededSplit = SeededSplit()

    @field_validator("class_pattern", "test_pattern", "factors")
    @classmethod
    def _is_a_regular_expression(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return pattern

    @field_validator("class_pattern")
    @classmethod
    def _has_one_group(cls, pattern: str | None) -> str | None:
        groups = 1 if pattern is None else re.compile(pattern).groups
        if groups != 1:
            raise ValueError(f"must have one group, in parentheses: the class; it has {groups}")
        return pattern

    @field_validator("factors")
    @classmethod
    def _has_named_groups(cls, pattern: str | None) -> str | None:
        compiled = re.compile(pattern or "(?P<none>)")
        if not compiled.groups or len(compiled.groupindex) < compiled.groups:
            raise ValueError("must have a named group, (?P<name>…), for each factor, and no other")
        return pattern

    @model_validator(mode="after")
    def _has_one_source(self):
        if (self.path is None) == (not self.archives) or len(self.archives) > 1:
            raise ValueError("give either `path` (a folder here) or `archives` (one, to fetch)")
        return self


class Folder(Files, Images):
    """Any folder of images, one sub-folder per class."""

    format: Literal["folder"]


class Sounds(Files):
    """Any folder of sounds, one sub-folder per class: wav, au, flac, ogg and others.

    All are brought to one rate, one length and one channel, or the preparation stops.
    """

    format: Literal["sounds"]
    rate: PositiveInt | None = Field(
        default=None, description="Samples per second to resample to. Unset: all must have one."
    )
    length: PositiveInt | None = Field(
        default=None, description="In samples, at that rate. Unset: all must have one."
    )
    fit: Literal["exact", "pad", "crop", "pad_and_crop"] = Field(
        default="exact",
        description="How sounds are brought to `length`: exact (they must have it), pad (zeros "
        "on both sides of shorter ones), crop (the middle of longer ones), or both.",
    )
    channels: Literal["one", "mean"] = Field(
        default="one", description="one: stereo is refused; mean: of all channels."
    )

    @model_validator(mode="after")
    def _fits_to_a_length(self):
        if self.fit != "exact" and self.length is None:
            raise ValueError(f"`fit: {self.fit}` needs a `length`, in samples")
        return self


Dataset = Annotated[
    Digits | Idx | Usps | Cifar | Folder | Sounds | Rectangles | Bicolour | Scenes,
    Field(discriminator="format"),
]
