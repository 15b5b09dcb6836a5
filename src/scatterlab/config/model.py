"""The whole configuration."""

from pydantic import Field, model_validator

from scatterlab.config.analyses import Analyses
from scatterlab.config.base import Name, Section
from scatterlab.config.classifiers import Classifier
from scatterlab.config.comparison import Comparison, Published, Report
from scatterlab.config.datasets import Dataset
from scatterlab.config.networks import LeNet5
from scatterlab.config.representations import Representation
from scatterlab.errors import suggest


class Config(Section):
    """Everything a run needs to know."""

    mirror: str | None = Field(
        default=None,
        description="A folder or URL prefix that is asked for archives before their own URL. "
        "The environment variable SCATTERLAB_MIRROR sets it too.",
    )
    datasets: dict[Name, Dataset] = Field(description="Data sets by name.")
    representations: dict[Name, Representation] = Field(description="Representations by name.")
    networks: dict[Name, LeNet5] = Field(default={}, description="Networks by name.")
    classifiers: dict[Name, Classifier] = Field(description="Classifiers by name.")
    comparison: Comparison = Field(description="What meets what.")
    analyses: Analyses = Field(default=Analyses(), description="What else is asked.")
    published: list[Published] = Field(default=[], description="What the papers report.")
    report: Report = Field(default=Report(), description="The page.")

    @model_validator(mode="after")
    def _names_exist(self):
        for where, names, section in self._references():
            known = getattr(self, section)
            for name in names:
                if name not in known:
                    raise ValueError(
                        f"{where}: {name!r} is not one of `{section}`; {suggest(name, known)}"
                    )
        return self

    def analysed(self, section: str) -> list[str]:
        """The analyses' ``datasets`` or ``representations``: their own, or the comparison's."""
        own = getattr(self.analyses, section)
        return getattr(self.comparison, section) if own is None else own

    def _references(self):
        """(where, names, section that must define them) for every name that the config uses."""
        for section in ("datasets", "representations", "classifiers"):
            yield f"comparison.{section}", getattr(self.comparison, section), section
        yield "comparison.train_sizes", self.comparison.train_sizes, "datasets"
        for section in ("datasets", "representations"):
            yield f"analyses.{section}", self.analysed(section), section
        for name, representation in self.representations.items():
            if representation.kind == "network":
                yield f"representations.{name}.network", [representation.network], "networks"
        for number, row in enumerate(self.published):
            for section in ("datasets", "representations", "classifiers"):
                yield f"published[{number}]", [getattr(row, section[:-1])], section
