"""What was decided of each test sample, and the evaluation of it: two files."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scatterlab.classifiers.evaluate import evaluate
from scatterlab.stores.atomic import write_text


@dataclass(frozen=True)
class Decisions:
    """Integers (sample,): the number of each test sample, its class, and the one predicted."""

    samples: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray


def write_evaluation(
    evaluation: str | os.PathLike,
    predictions: str | os.PathLike,
    decisions: Decisions,
    class_names: Sequence[str],
    about: Mapping,
) -> dict:
    """Write every decision to `predictions` (CSV), then what they amount to to `evaluation`.

    The evaluation (JSON) holds `about`, what was evaluated, and what `evaluate` finds; it is
    given back.
    """
    rows = zip(decisions.samples, decisions.labels, decisions.predicted, strict=True)
    table = "".join(f"{sample},{label},{guess}\n" for sample, label, guess in rows)
    found = evaluate(decisions.labels, decisions.predicted, list(class_names))
    write_text(predictions, "sample,label,predicted\n" + table)
    content = {**about, **found}
    write_text(evaluation, json.dumps(content, indent=1, sort_keys=True) + "\n")
    return content
