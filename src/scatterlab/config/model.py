"""The whole configuration."""

from itertools import product

from pydantic import Field, model_validator

from scatterlab.config import deciding, meetings, references
from scatterlab.config.analyses import ANALYSES, Analyses
from scatterlab.config.base import Name, Section
from scatterlab.config.classifiers import Classifier
from scatterlab.config.comparison import Comparison, Published, Report
from scatterlab.config.datasets import Dataset
from scatterlab.config.networks import Network
from scatterlab.config.questions import Question, varied
from scatterlab.config.representations import Representation

REQUIREMENTS = (
    references.require_names,
    references.require_layers,
    deciding.require_distinct_names,
    deciding.require_trained_on_classes,
    deciding.require_gradients,
    meetings.require_what_takes_sounds,
    meetings.require_like_images,
    meetings.require_large_images,
)
"""What the parts of a configuration must be to each other. Those before can be relied upon."""


class Config(Section):
    """Everything a run needs to know."""

    mirror: str | None = Field(
        default=None,
        description="A folder or URL prefix that is asked for archives before their own URL. "
        "The environment variable SCATTERLAB_MIRROR sets it too.",
    )
    datasets: dict[Name, Dataset] = Field(description="Data sets by name.")
    representations: dict[Name, Representation] = Field(description="Representations by name.")
    networks: dict[Name, Network] = Field(default={}, description="Networks by name.")
    classifiers: dict[Name, Classifier] = Field(description="Classifiers by name.")
    comparison: Comparison = Field(description="What meets what.")
    analyses: Analyses = Field(default=Analyses(), description="What else is asked.")
    questions: dict[Name, Question] = Field(
        default={}, description="What networks are asked, by name."
    )
    published: list[Published] = Field(default=[], description="What the papers report.")
    report: Report = Field(default=Report(), description="The page.")

    @model_validator(mode="after")
    def _parts_fit(self):
        for require in REQUIREMENTS:
            require(self)
        return self

    def asked(self) -> list[str]:
        """The analyses of data sets that are asked for, by name."""
        return [name for name in ANALYSES if self.analyses.wanted(name)]

    def analysed(self, section: str, analysis: str) -> list[str]:
        """The ``datasets`` or ``representations`` of an analysis that is asked for.

        Its own, or those of all analyses, or else the comparison's; less those it is `without`.
        """
        asked = getattr(self.analyses, analysis)
        levels = (getattr(level, section) for level in (asked, self.analyses, self.comparison))
        names = next(names for names in levels if names is not None)
        return [name for name in names if section == "datasets" or name not in asked.without]

    def met(self) -> list[tuple[str, str]]:
        """Every data set with every representation that it meets, compared or analysed."""
        pairs = [*product(self.comparison.datasets, self.comparison.representations)]
        for name in self.asked():
            pairs += product(*(self.analysed(s, name) for s in ("datasets", "representations")))
        return list(dict.fromkeys(pairs))

    def variants(self) -> dict[str, Network]:
        """The networks that the questions ask for, by ``question.variant``."""
        return {
            f"{name}.{variant}": varied(
                self.networks[question.base], change, f"questions.{name}.{variant}"
            )
            for name, question in self.questions.items()
            for variant, change in question.changes().items()
        }
