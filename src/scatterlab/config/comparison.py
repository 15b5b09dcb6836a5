"""The comparison: which representations and classifiers meet on which data, and what is known."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scatterlab.config.base import Confidence, Name, PositiveInt, Section


class Comparison(Section):
    """Every classifier on every representation of every data set, for every training size.

    Networks that decide themselves stand beside them.
    """

    datasets: list[Name] = Field(description="Keys of `datasets`.")
    representations: list[Name] = Field(description="Keys of `representations`.")
    classifiers: list[Name] = Field(description="Keys of `classifiers`.")
    networks: list[Name] = Field(
        default=[],
        description="Keys of `networks` that decide themselves, trained on every training set.",
    )
    splits: Literal["fixed", "resampled"] = Field(
        default="fixed",
        description="fixed: each data set's own split. resampled: every draw splits all samples "
        "anew; `train_sizes` are counted in each class, and all others test.",
    )
    score: Literal["accuracy", "class_mean"] = Field(
        default="accuracy",
        description="What errors are errors of: accuracy over all test samples, or the mean over "
        "classes of the accuracy in each.",
    )
    train_sizes: dict[Name, list[PositiveInt | Literal["all"]]] = Field(
        default={},
        description="Numbers of training samples for each data set; 'all' where none is given.",
    )
    draws: PositiveInt = Field(
        default=1, description="Random training sets, or splits, of each size (not for 'all')."
    )
    seed: int = Field(default=0, description="Of the training sets.")

    @model_validator(mode="after")
    def _resampled_sizes_are_numbers(self):
        for dataset in self.datasets if self.splits == "resampled" else ():
            if "all" in self.train_sizes.get(dataset, ["all"]):
                raise ValueError(
                    f"train_sizes.{dataset}: with `splits: resampled`, give numbers of training "
                    "samples per class; all others test"
                )
        return self


class Published(Section):
    """A published error, to print beside ours."""

    dataset: Name
    representation: Name
    classifier: Name
    train_size: PositiveInt | Literal["all"]
    error: Annotated[float, Field(ge=0, le=100)] = Field(description="In percent.")
    confidence: Confidence = Field(
        description="S: read in the authors' code or a primary text; S2: a secondary source; "
        "M: well remembered; m: unsure."
    )
    source: str = Field(default="", description="Paper and table.")


class Report(Section):
    """The page."""

    title: str = Field(default="scatterlab", description="Its heading.")
    protocol: str = Field(default="", description="What the reader must know to judge it.")
