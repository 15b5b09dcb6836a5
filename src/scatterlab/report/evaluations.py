"""The evaluations of a comparison, and what they say together."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scatterlab.errors import StoreError

NETWORK = "network"
"""The classifier of a network that decides itself."""


@dataclass(frozen=True)
class Comparison:
    """What meets what on one data set.

    `train_sizes` maps a training size (a number as text, or ``"all"``) to the number of random
    training sets of it; `networks` decide themselves; `folder` is
    ``results/classification/<dataset>``.
    """

    folder: Path
    representations: Sequence[str]
    classifiers: Sequence[str]
    train_sizes: Mapping[str, int]
    splits: str = "fixed"
    score: str = "accuracy"
    networks: Sequence[str] = ()

    def meetings(self) -> list[tuple[str, str]]:
        """Each representation with each classifier, then the networks."""
        return [
            *((name, chosen) for chosen in self.classifiers for name in self.representations),
            *((name, NETWORK) for name in self.networks),
        ]


@dataclass(frozen=True)
class Result:
    """One representation with one classifier at one training size, over all draws.

    Errors are fractions of the test samples, or their mean over classes; then `n_test` is the
    number of samples whose share of errors would vary as much. `interval` is the 95 % interval of
    a single draw's error (None where there are several), `deviation` the standard deviation over
    several draws (0 for one). With `per_class`, `train_size` counts samples in each class.
    """

    representation: str
    classifier: str
    train_size: str
    n_train: int
    n_test: float
    error: float
    interval: tuple[float, float] | None
    deviation: float
    evaluations: tuple[dict, ...]
    per_class: bool = False

    @property
    def draws(self) -> int:
        return len(self.evaluations)

    @property
    def transductive(self) -> bool:
        """Whether the classifier was shown the test samples, without labels."""
        return any(one.get("parameters", {}).get("transductive") for one in self.evaluations)

    @property
    def decided_by_network(self) -> bool:
        return self.classifier == NETWORK

    @property
    def classifier_text(self) -> str:
        """The classifier, and that it is transductive wherever it is."""
        return f"{self.classifier} (transductive)" if self.transductive else self.classifier


def load_results(comparison: Comparison) -> list[Result]:
    """Every result of the comparison, by size, classifier and representation.

    Raises `StoreError` for an evaluation that is missing or unreadable.
    """
    return [
        summarise(
            [
                read_evaluation(path)
                for path in evaluation_paths(comparison, representation, classifier, size)
            ],
            comparison.splits,
            comparison.score,
        )
        for size in comparison.train_sizes
        for representation, classifier in comparison.meetings()
    ]


def evaluation_paths(comparison, representation, classifier, size) -> list[Path]:
    """The evaluations of all draws of one training size."""
    folder = comparison.folder / representation / classifier
    return [
        folder / f"train-{size}-draw-{draw}" / "evaluation.json"
        for draw in range(comparison.train_sizes[size])
    ]


def read_evaluation(path: Path) -> dict:
    """The content of an evaluation. Raises `StoreError` if it is missing or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{path}: no such evaluation; run the rule that makes it") from None
    except ValueError as error:
        raise StoreError(f"{path}: not an evaluation ({error}); delete it and run again") from None


def summarise(
    evaluations: Sequence[dict], splits: str = "fixed", score: str = "accuracy"
) -> Result:
    """All draws of one representation, classifier and training size as one result."""
    first = evaluations[0]
    scores = [one if score == "accuracy" else one[score] for one in evaluations]
    errors = [one["error"] for one in scores]
    low, high = scores[0]["interval"]
    return Result(
        representation=first["representation"],
        classifier=first["classifier"],
        train_size=str(first["train_size"]),
        n_train=first["n_train"],
        n_test=scores[0]["n_test"],
        error=statistics.fmean(errors),
        interval=(1 - high, 1 - low) if len(errors) == 1 else None,
        deviation=statistics.stdev(errors) if len(errors) > 1 else 0.0,
        evaluations=tuple(evaluations),
        per_class=splits == "resampled",
    )


def best_result(results: Sequence[Result]) -> Result:
    """The smallest error at the largest training size; the first of equals."""
    largest = max(result.n_train for result in results)
    return min(
        (result for result in results if result.n_train == largest),
        key=lambda result: result.error,
    )
