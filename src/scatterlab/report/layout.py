"""What the page shows of one data set, and where a run keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scatterlab.report.evaluations import Comparison, evaluation_paths


@dataclass(frozen=True)
class Stored:
    """A store and its manifest."""

    store: Path
    manifest: Path


@dataclass(frozen=True)
class Contents:
    """What was made of one data set, by name.

    `train_sizes` maps training sizes to numbers of draws, `analyses` names of analyses to the
    representations they were made for; `coefficients` is the representation whose coefficients
    are drawn. Without a comparison, the lists of names are empty.
    """

    dataset: str
    representations: Sequence[str] = ()
    classifiers: Sequence[str] = ()
    train_sizes: Mapping[str, int] = field(default_factory=dict)
    shards: int = 1
    networks: Sequence[str] = ()
    analyses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    coefficients: str | None = None


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

    def weights(self, contents: Contents, network: str) -> Path:
        return self.results / "networks" / contents.dataset / network / "weights.safetensors"

    def figure(self, contents: Contents, name: str) -> Path:
        return self.results / "figures" / contents.dataset / f"{name}.svg"

    def comparison(self, contents: Contents) -> Comparison:
        folder = self.results / "classification" / contents.dataset
        return Comparison(
            folder, contents.representations, contents.classifiers, contents.train_sizes
        )

    def evaluations(self, contents: Contents) -> list[Path]:
        comparison = self.comparison(contents)
        return [
            path
            for representation in contents.representations
            for classifier in contents.classifiers
            for size in contents.train_sizes
            for path in evaluation_paths(comparison, representation, classifier, size)
        ]

    def _stored(self, folder: Path, name: str) -> Stored:
        return Stored(
            self.results / folder / f"{name}.zarr", self.results / folder / f"{name}.json"
        )
