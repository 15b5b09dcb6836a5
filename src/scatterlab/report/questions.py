"""The answer to a question as the page shows it."""

import json
from collections.abc import Mapping
from pathlib import Path

from scatterlab.errors import StoreError
from scatterlab.report.figures import figure_entry
from scatterlab.report.tables import percent, signed


def question_entry(name: str, answer: Path, figure: Path, number: int) -> dict:
    """The table of an answer, with its figure, of this `number`. `StoreError` if one is missing."""
    found = read_answer(answer)
    first = found["rows"][0]
    return {
        "name": name,
        "title": found["title"],
        "text": found["text"],
        "sentence": found["sentence"],
        "along": found["along"] and found["along"].replace("_", " "),
        "n_train": f"{first['n_train']:,}",
        "n_test": f"{first['n_test']:,}",
        "draws": first["draws"],
        "rows": [row_written(row, found["changes"][row["variant"]]) for row in found["rows"]],
        "figure": figure_entry(f"question-{name}", figure, number),
    }


def read_answer(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{path}: no such answer; run the rule that makes it") from None
    except ValueError as error:
        raise StoreError(f"{path}: not an answer ({error}); delete it and run again") from None


def row_written(row: Mapping, change: Mapping) -> dict:
    """The cells of one variant; `change` holds the keys in which it differs from the base."""
    low, high = row["interval"] or (None, None)
    return {
        "label": row["label"],
        "along": row["along"],
        "change": ", ".join(f"{key}: {written(value)}" for key, value in change.items()),
        "parameters": f"{row['parameters']:,}",
        "multiply_adds": f"{row['multiply_adds'] / 1e6:,.2f}",
        "milliseconds": f"{row['milliseconds']:.2f}",
        "error": percent(row["error"]),
        "uncertainty": f"± {percent(row['deviation'])}"
        if row["interval"] is None
        else f"{percent(low)} – {percent(high)}",
        "best": row["difference"] == 0 and row["margin"] == 0,
        "difference": signed(100 * row["difference"]),
        "margin": percent(row["margin"]),
        "verdict": "within" if row["within"] else "higher",
    }


def written(value) -> str:
    return value if isinstance(value, str) else json.dumps(value)
