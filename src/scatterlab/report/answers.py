"""What the variants of a question found: errors side by side, what they cost, and one sentence."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from scatterlab.errors import StoreError
from scatterlab.report.evaluations import read_evaluation, summarise
from scatterlab.report.sampling import QUANTILE, within_sampling_error
from scatterlab.report.tables import percent


def answer(name: str, question: Mapping, folder: Path, cost: Mapping) -> dict:
    """The answer to the question `name`, for JSON: its ``rows``, one a variant, and a ``sentence``.

    `question` is one of the configuration's, with the keys that each variant changes under
    ``changes``; `folder` is ``results/classification/<dataset>``; `cost` is what `measure_cost`
    wrote. Each row holds the error (a fraction), its deviation over draws, its difference from
    the smallest of its group with half the 95 % interval of that, and the cost. Raises
    `StoreError` for what is missing or does not belong together.
    """
    rows = [
        {
            "variant": variant,
            "label": variant if along_key(question) is None else variant.rsplit(".", 1)[0],
            "along": change.get(along_key(question)),
            **row_of(folder / f"{name}.{variant}" / "network", question),
            **cost["networks"][f"{name}.{variant}"],
        }
        for variant, change in question["changes"].items()
    ]
    for value in dict.fromkeys(row["along"] for row in rows):
        compare([row for row in rows if row["along"] == value])
    for row in rows:
        del row["mistakes"]
    found = {
        "title": question["title"],
        "text": question["text"],
        "dataset": question["dataset"],
        "changes": question["changes"],
        "along": along_key(question),
        "batch": cost["batch"],
        "rows": rows,
    }
    return {**found, "sentence": sentence(found)}


def along_key(question: Mapping) -> str | None:
    return next(iter(question["along"] or {}), None)


def row_of(folder: Path, question: Mapping) -> dict:
    """What one variant did over all draws; ``mistakes`` are booleans (draw, sample)."""
    folders = [
        folder / f"train-{question['train_size']}-draw-{draw}" for draw in range(question["draws"])
    ]
    result = summarise([read_evaluation(draw / "evaluation.json") for draw in folders])
    return {
        "n_train": result.n_train,
        "n_test": result.n_test,
        "draws": result.draws,
        "error": result.error,
        "errors": [one["error"] for one in result.evaluations],
        "deviation": result.deviation,
        "interval": result.interval,
        "mistakes": np.stack(
            [mistakes(draw / "predictions.csv", result.n_test) for draw in folders]
        ),
    }


def mistakes(path: Path, n_test: int) -> np.ndarray:
    """Which of `n_test` samples were taken for another class, in the order of their numbers."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sorted(csv.DictReader(file), key=lambda row: int(row["sample"]))
    except FileNotFoundError:
        raise StoreError(f"{path}: no such predictions; run the rule that makes them") from None
    if len(rows) != n_test:
        raise StoreError(
            f"{path}: {len(rows)} predictions, but the evaluation is of {n_test}; delete both, and "
            "run again"
        )
    return np.array([row["label"] != row["predicted"] for row in rows])


def compare(group: Sequence[dict]) -> None:
    """Give each row its ``difference`` from the smallest error of the group, and the ``margin``."""
    best = min(group, key=lambda row: row["error"])
    for row in group:
        if row["n_test"] != best["n_test"]:
            raise StoreError(
                f"{row['variant']} was tested on {row['n_test']} samples, {best['variant']} on "
                f"{best['n_test']}; run both again"
            )
        row["difference"] = row["error"] - best["error"]
        row["margin"] = paired_margin(row["mistakes"], best["mistakes"])
        row["within"] = within_sampling_error(row["difference"], row["margin"])


def paired_margin(ours: np.ndarray, others: np.ndarray) -> float:
    """Half the 95 % interval of the difference of two errors on the same test samples.

    Mistakes are booleans (draw, sample). Two sources of chance are added: which samples test,
    from the differences of each sample's share of mistakes, and which training set and first
    weights, from the differences of each draw.
    """
    difference = ours.astype(float) - others
    draws, samples = difference.shape
    variance = difference.mean(axis=0).var() / samples
    if draws > 1:
        variance += difference.mean(axis=1).var(ddof=1) / draws
    return QUANTILE * math.sqrt(variance)


def sentence(found: Mapping) -> str:
    """What the rows of an answer say, in words."""
    return f"{along(found) if found['along'] else beside(found['rows'])} {paid(found['rows'])}"


def along(found: Mapping) -> str:
    """How the error of each variant changes along the key, and who errs least at its end."""
    rows, key = found["rows"], found["along"]
    values = [row["along"] for row in rows]
    first, last = min(values), max(values)
    ends = {
        label: [
            next(row for row in rows if (row["label"], row["along"]) == (label, value))
            for value in (first, last)
        ]
        for label in dict.fromkeys(row["label"] for row in rows)
    }
    changes = listed(
        f"from {percent(start['error'])} to {percent(end['error'])} % for {label}"
        for label, (start, end) in ends.items()
    )
    at_last = beside([row for row in rows if row["along"] == last])
    spoken = key.replace("_", " ")
    return f"From {spoken} {first} to {last}, the error goes {changes}. At {last}, {at_last}"


def beside(rows: Sequence[Mapping]) -> str:
    """Who errs least, and which of the others may do as well but for chance."""
    best = min(rows, key=lambda row: row["error"])
    others = sorted(
        (row for row in rows if row is not best), key=lambda row: (row["error"], row["label"])
    )
    near, far = ([row for row in others if row["within"] is chance] for chance in (True, False))
    text = f"{best['label']} errs least, {percent(best['error'])} %"
    if near:
        text += f"; {listed(map(further, near))} may be chance"
    if far:
        text += f"; {listed(map(further, far))} {'is' if len(far) == 1 else 'are'} worse"
    return f"{text}."


def further(row: Mapping) -> str:
    return f"{row['label']} (+{percent(row['difference'])} ± {percent(row['margin'])})"


def paid(rows: Sequence[Mapping]) -> str:
    """Who is fast and who is slow."""
    fast, slow = (bound(rows, key=lambda row: row["milliseconds"]) for bound in (min, max))
    ratio = slow["milliseconds"] / fast["milliseconds"]
    return (
        f"A step takes {fast['milliseconds']:.2f} ms an image with {placed(fast)}, and "
        f"{ratio:.1f} times as long with {placed(slow)}."
    )


def placed(row: Mapping) -> str:
    return row["label"] if row["along"] is None else f"{row['label']} at {row['along']}"


def listed(parts) -> str:
    """a, b and c."""
    *rest, last = parts
    return f"{', '.join(rest)} and {last}" if rest else last
