"""What data sets have in common: archives, sizes and colours of images, splits that are drawn."""

from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from scatterlab.config.base import Fraction, PositiveInt, Section

Digest = Annotated[str, StringConstraints(pattern=r"^(sha256:[0-9a-f]{64}|md5:[0-9a-f]{32})$")]


class Archive(Section):
    """A file to fetch. It is kept only if one of its checksums holds."""

    file: str = Field(description="Name it is kept under, and path inside a mirror.")
    url: str | None = Field(
        default=None, description="Where it is published. Unset: it can come from a mirror only."
    )
    digests: list[Digest] = Field(
        default=[], description="Accepted checksums of the file, 'sha256:…' or 'md5:…'."
    )
    unpacked: Digest | None = Field(
        default=None,
        description="Checksum of what a .gz file holds; then its wrapping may differ.",
    )

    @field_validator("file")
    @classmethod
    def _stays_inside(cls, file: str) -> str:
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or not path.name:
            raise ValueError("a relative path without '..': it is kept and looked up under it")
        return file

    @model_validator(mode="after")
    def _has_a_checksum(self):
        if not self.digests and self.unpacked is None:
            raise ValueError("give `digests` or `unpacked`: an archive is verified before use")
        return self


class Rotation(Section):
    """Each image is turned about its centre by a random angle of its own."""

    splits: list[Literal["train", "test"]] = Field(
        default=["train", "test"], min_length=1, description="Whose images are turned."
    )
    seed: int = Field(default=0, ge=0, description="Of the angles.")


class DatasetBase(Section):
    """What every data set may say."""

    title: str = Field(default="", description="Name to print; say here how the data are altered.")
    archives: list[Archive] = Field(default=[], description="Files to fetch.")
    shards: PositiveInt = Field(
        default=1, description="Number of feature stores, each made by a job of its own."
    )
    limit: PositiveInt | None = Field(
        default=None, description="Use the first so many samples of each split only."
    )


class Images(DatasetBase):
    """What every data set of images may say."""

    published_side: ClassVar[int | None] = None
    """Height and width of the images as they are published, where all have the same."""

    size: PositiveInt | tuple[PositiveInt, PositiveInt] | None = Field(
        default=None,
        description="Height and width of the images in pixels (one number: square). Unset: as "
        "they are; where sizes are mixed, their median.",
    )
    fit: Literal["resize", "crop", "pad"] = Field(
        default="resize",
        description="How an image is brought to `size`: resize (bicubic), crop (resize the "
        "shorter side, keep the centre) or pad (zeros around it, centred).",
    )
    colour: Literal["keep", "grey", "rgb"] = Field(
        default="keep", description="Convert to grey or colour; keep: as most images are."
    )
    rotate: Rotation | None = Field(
        default=None, description="Turn the images at random. Unset: they stay upright."
    )

    @property
    def shape(self) -> tuple[int, int] | None:
        """Height and width of the images that will be stored, if the configuration tells."""
        size = self.size or self.published_side
        return (size, size) if isinstance(size, int) else size


class SeededSplit(Section):
    """A split drawn from a seed, class by class."""

    test_fraction: Fraction = Field(
        default=0.2, description="Share of each class that is tested on."
    )
    train_per_class: PositiveInt | None = Field(
        default=None, description="Number of training samples of each class, instead of a fraction."
    )
    seed: int = Field(default=0, ge=0, description="Seed of the draw.")
