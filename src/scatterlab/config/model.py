"""The whole configuration."""

from itertools import product

from pydantic import Field, model_validator

from scatterlab.config.analyses import ANALYSES, Analyses
from scatterlab.config.base import Name, Section
from scatterlab.config.classifiers import Classifier
from scatterlab.config.comparison import Comparison, Published, Report
from scatterlab.config.datasets import Dataset
from scatterlab.config.image_sizes import smallest_image
from scatterlab.config.networks import Network
from scatterlab.config.questions import Question, varied
from scatterlab.config.representations import Representation
from scatterlab.errors import suggest

OF_SOUNDS = ("time_scattering", "time_frequency", "concatenated", "fourier", "pixels")
"""The kinds of representations that sounds may have."""


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
    def _names_exist(self):
        for where, names, section in self._references():
            known = getattr(self, section)
            for name in names:
                if name not in known:
                    raise ValueError(
                        f"{where}: {name!r} is not one of `{section}`; {suggest(name, known)}"
                    )
        return self

    @model_validator(mode="after")
    def _networks_have_names_of_their_own(self):
        if "network" in self.classifiers:
            raise ValueError(
                "classifiers: 'network' stands for networks that decide themselves; rename it"
            )
        for name in self.comparison.networks:
            if name in self.comparison.representations:
                raise ValueError(
                    f"comparison.networks: {name!r} is a representation too; rename one of them"
                )
        for name in self.variants():
            if name in self.networks:
                raise ValueError(
                    f"networks: {name!r} is the name of a variant of a question; rename it"
                )
        return self

    @model_validator(mode="after")
    def _networks_that_decide_know_classes(self):
        deciding = {f"networks.{name}": self.networks[name] for name in self.comparison.networks}
        deciding |= {f"questions.{name}": network for name, network in self.variants().items()}
        for where, network in deciding.items():
            if network.captions:
                raise ValueError(
                    f"{where}: it learns the words of `captions`, and decides of no class; compare "
                    "one of its layers as a representation"
                )
        return self

    @model_validator(mode="after")
    def _what_decides_has_gradients(self):
        name = self.analyses.classifier
        entry = self.classifiers.get(name)
        if entry and (entry.kind != "softmax" or entry.frames):
            decides = "decides by `frames`" if entry.frames else f"is of kind {entry.kind}"
            raise ValueError(
                f"analyses.classifier: {name!r} {decides}, which has no gradient; name one of kind "
                "softmax, without frames"
            )
        return self

    @model_validator(mode="after")
    def _sounds_meet_what_takes_them(self):
        for dataset in sorted({dataset for dataset, _ in self.met()}):
            if self.datasets[dataset].format == "sounds":
                self._require_nothing_of_images(dataset)
        for name, question in self.questions.items():
            if self.datasets[question.dataset].format == "sounds":
                raise ValueError(
                    f"questions.{name}.dataset: {question.dataset!r} holds sounds, and networks "
                    "take images"
                )
        return self

    def _require_nothing_of_images(self, dataset: str) -> None:
        for name in self.comparison.representations:
            kind = self.representations[name].kind
            if kind not in OF_SOUNDS:
                raise ValueError(
                    f"comparison.representations: {name!r} is of kind {kind}, and {dataset!r} "
                    f"holds sounds; take one of kind {' or '.join(OF_SOUNDS)}, or compare sounds "
                    "in a configuration of their own"
                )
        if self.comparison.networks:
            raise ValueError(
                f"comparison.networks: they take images, and {dataset!r} holds sounds; compare "
                "sounds in a configuration of their own"
            )
        asked = [name for name in self.asked() if dataset in self.analysed("datasets", name)]
        if asked:
            raise ValueError(
                f"analyses.{asked[0]}: moves images, and {dataset!r} holds sounds; set "
                "analyses.datasets to data sets of images, or to []"
            )

    @model_validator(mode="after")
    def _networks_meet_images_like_theirs(self):
        for dataset, name in sorted(self.met()):
            source = getattr(self.representations[name], "trained_on", None)
            if source:
                self._require_like(name, source, dataset)
        return self

    def _require_like(self, name: str, source: str, dataset: str) -> None:
        """Raise where the configuration already says that two data sets differ."""
        where = f"representations.{name}.trained_on"
        if self.datasets[source].format == "sounds":
            raise ValueError(f"{where}: {source!r} holds sounds, and networks take images")
        for key, known, unsaid in (("size", "shape", None), ("colour", "colour", "keep")):
            theirs, ours = (getattr(self.datasets[one], known, unsaid) for one in (source, dataset))
            if unsaid not in (theirs, ours) and theirs != ours:
                raise ValueError(
                    f"{where}: the images of {source!r} have {key} {written(theirs)}, those of "
                    f"{dataset!r} {written(ours)}; give both data sets the same `{key}`"
                )

    @model_validator(mode="after")
    def _images_are_large_enough_for_networks(self):
        networks = {f"networks.{name}": network for name, network in self.networks.items()}
        networks |= {f"questions.{name}": network for name, network in self.variants().items()}
        for dataset, network in self._shown_to_networks():
            shape = getattr(self.datasets[dataset], "shape", None)
            least = smallest_image(networks[network].model_dump())
            if shape and min(shape) < least:
                raise ValueError(
                    f"{network}: takes images of at least {least}×{least} pixels, and "
                    f"those of {dataset!r} have {shape[0]}×{shape[1]}; set "
                    f"`datasets.{dataset}.size: {least}`, or take another network"
                )
        return self

    @model_validator(mode="after")
    def _what_is_trained_has_no_published_weights(self):
        trained = {
            f"comparison.networks: {name}": self.networks[name] for name in self.comparison.networks
        }
        trained |= {f"questions.{name}": network for name, network in self.variants().items()}
        for where, network in trained.items():
            if network.weights:
                raise ValueError(
                    f"{where} would be trained, and has published `weights`: set them to null, or "
                    "compare a representation of its layer `output`, with a classifier of kind "
                    "argmax"
                )
        return self

    def _shown_to_networks(self) -> list[tuple[str, str]]:
        """The data sets, and the networks, by their keys, that meet in training or afterwards."""
        met = [(dataset, self.representations[name]) for dataset, name in self.met()]
        asked = [
            (question.dataset, f"questions.{name}.{variant}")
            for name, question in self.questions.items()
            for variant in question.changes()
        ]
        deciding = product(self.comparison.datasets, self.comparison.networks)
        return [
            (shown, f"networks.{entry.network}")
            for dataset, entry in met
            if entry.kind == "network"
            for shown in (dataset, entry.trained_on)
            if shown
        ] + [*((dataset, f"networks.{name}") for dataset, name in deciding), *asked]

    def asked(self) -> list[str]:
        """The analyses of data sets that are asked for, by name."""
        return [name for name in ANALYSES if getattr(self.analyses, name) is not None]

    def analysed(self, section: str, analysis: str) -> list[str]:
        """The ``datasets`` or ``representations`` of an analysis that is asked for.

        Its own, or those of all analyses, or else the comparison's.
        """
        for level in (getattr(self.analyses, analysis), self.analyses):
            if (own := getattr(level, section)) is not None:
                return own
        return getattr(self.comparison, section)

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

    def _references(self):
        """(where, names, section that must define them) for every name that the config uses."""
        for section in ("datasets", "representations", "classifiers"):
            yield f"comparison.{section}", getattr(self.comparison, section), section
        yield "comparison.networks", self.comparison.networks, "networks"
        yield "comparison.train_sizes", self.comparison.train_sizes, "datasets"
        for section in ("datasets", "representations"):
            yield f"analyses.{section}", getattr(self.analyses, section) or [], section
            for name in self.asked():
                own = getattr(getattr(self.analyses, name), section) or []
                yield f"analyses.{name}.{section}", own, section
        for name in self.asked():
            layers = getattr(getattr(self.analyses, name), "layers", {})
            yield f"analyses.{name}.layers", layers, "representations"
            grids = getattr(getattr(self.analyses, name), "grids", {})
            yield f"analyses.{name}.grids", grids, "datasets"
        if self.analyses.classifier:
            yield "analyses.classifier", [self.analyses.classifier], "classifiers"
        for name, representation in self.representations.items():
            if representation.kind == "network":
                yield f"representations.{name}.network", [representation.network], "networks"
                trained_on = [representation.trained_on] if representation.trained_on else []
                yield f"representations.{name}.trained_on", trained_on, "datasets"
        for name, question in self.questions.items():
            yield f"questions.{name}.dataset", [question.dataset], "datasets"
            yield f"questions.{name}.base", [question.base], "networks"
        for number, row in enumerate(self.published):
            for section in ("datasets", "representations", "classifiers"):
                yield f"published[{number}]", [getattr(row, section[:-1])], section


def written(value: str | tuple[int, int]) -> str:
    """A colour, or a height and width, in a message."""
    return value if isinstance(value, str) else "×".join(map(str, value))
