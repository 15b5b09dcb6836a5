"""What the page shows of one data set, and where a run keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scatterlab.report.evaluations import NETWORK, Comparison, evaluation_paths

ANALYSES = ("energy", "growth", "redundancy", "speed")
"""Those that stand with their data set, in the page's order; properties have their own part."""


@dataclass(frozen=True)
class Stored:
    """A store and its manifest."""

    store: Path
    manifest: Path


@dataclass(frozen=True)
class Contents:
    """What was made of one data set, by name.

    `train_sizes` maps training sizes to numbers of draws, `analyses` names of analyses to the
    representations they were made for; `splits` and `score` are the comparison's; `coefficients`
    is the representation whose coefficients are drawn, `published` maps names of analyses to what
    the configuration has there as ``published``. `networks` are those that representations are
    layers of, as folders below results/networks, ``mnist/lenet5``; `deciding` are those that
    decide themselves; `questions` maps names of questions to the names of their networks
    (``variants``), their ``train_size`` and ``draws``. Without a comparison, the lists of names are
    empty.
    """

    dataset: str
    representations: Sequence[str] = ()
    classifiers: Sequence[str] = ()
    train_sizes: Mapping[str, int] = field(default_factory=dict)
    splits: str = "fixed"
    score: str = "accuracy"
    shards: int = 1
    networks: Sequence[str] = ()
    deciding: Sequence[str] = ()
    questions: Mapping[str, Mapping] = field(default_factory=dict)
    analyses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    coefficients: str | None = None
    published: Mapping[str, Mapping] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """The paths under `results`, the folder of a run."""

    results: Path

    def images(self, contents: Contents) -> Stored:
        return self._stored(Path("data", contents.dataset), "images")

    def features(self, contents: Contents, representation: str) -> list[Stored]:
        folder = Path("features", contents.dataset, representation)
        names = [f"shard-{shard}-of-{contents.shards}" for shard in range(contents.shards)]
        return [self._stored(folder, name) for name in names]

    def analysis(self, contents: Contents, analysis: str, representation: str) -> Stored:
        return self._stored(Path("analyses", contents.dataset, representation), analysis)

    def networks(self, contents: Contents) -> list[Path]:
        """The weights of each network and the history of its training."""
        folder = self.results / "networks"
        trained = [folder / network for network in contents.networks]
        trained += [folder / contents.dataset / name / draw for name, draw in self._draws(contents)]
        return [path / name for path in trained for name in ("weights.safetensors", "history.json")]

    def decisions(self, contents: Contents) -> list[Path]:
        """What networks decided of the test samples, each trained on one draw."""
        folder = self.results / "classification" / contents.dataset
        decided = [folder / name / NETWORK / draw for name, draw in self._draws(contents)]
        return [path / name for path in decided for name in ("evaluation.json", "predictions.csv")]

    def figures(self, contents: Contents) -> dict[str, Path]:
        """The figures that stand with a data set, by name, in the page's order."""
        names = ["images"]
        names += ["errors", "confusion"] if contents.train_sizes else []
        names += [analysis for analysis in ANALYSES if contents.analyses.get(analysis)]
        names += [f"coefficients-{contents.coefficients}"] if contents.coefficients else []
        return {name: self.figure(contents, name) for name in names}

    def figure(self, contents: Contents, name: str) -> Path:
        return self.results / "figures" / contents.dataset / f"{name}.svg"

    def all_figures(self, contents: Contents) -> list[Path]:
        """Those that stand with a data set, and those of its properties."""
        analysed = {name: self.figure(contents, name) for name in contents.analyses}
        return list((self.figures(contents) | analysed).values())

    def demonstration(self, name: str) -> tuple[Stored, Path]:
        """What is shown without a data set: its store, and its figure."""
        folder = Path("demonstrations")
        return self._stored(folder, name), self.results / folder / f"{name}.svg"

    def comparison(self, contents: Contents) -> Comparison:
        folder = self.results / "classification" / contents.dataset
        return Comparison(
            folder,
            contents.representations,
            contents.classifiers,
            contents.train_sizes,
            contents.splits,
            contents.score,
            contents.deciding,
        )

    def evaluations(self, contents: Contents) -> list[Path]:
        """The evaluations of the comparison's classifiers."""
        comparison = self.comparison(contents)
        return [
            path
            for representation in contents.representations
            for classifier in contents.classifiers
            for size in contents.train_sizes
            for path in evaluation_paths(comparison, representation, classifier, size)
        ]

    def question(self, contents: Contents, name: str, suffix: str) -> Path:
        """The answer to a question (``.json``), its figure (``.svg``) or costs (``-cost.json``)."""
        return self.results / "questions" / contents.dataset / f"{name}{suffix}"

    def _draws(self, contents: Contents) -> list[tuple[str, str]]:
        """Every network that was trained on a draw, and the draw, as folders."""
        asked = [(name, contents.train_sizes) for name in contents.deciding]
        asked += [
            (name, {question["train_size"]: question["draws"]})
            for question in contents.questions.values()
            for name in question["variants"]
        ]
        return [
            (name, f"train-{size}-draw-{draw}")
            for name, sizes in asked
            for size, count in sizes.items()
            for draw in range(count)
        ]

    def _stored(self, folder: Path, name: str) -> Stored:
        return Stored(
            self.results / folder / f"{name}.zarr", self.results / folder / f"{name}.json"
        )
