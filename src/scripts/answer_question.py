"""Answer a question: evaluations and costs of its variants → JSON."""

import argparse
import json
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.answers import answer
from scatterlab.stores.atomic import write_text
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True, help="of the question")
parser.add_argument(
    "--question",
    type=json.loads,
    required=True,
    help="JSON: the question, and under `changes` the keys that each variant changes",
)
parser.add_argument("--folder", type=Path, required=True, help="results/classification/<dataset>")
parser.add_argument("--cost", type=Path, required=True, help="from measure_cost.py")
parser.add_argument("--answer", type=Path, required=True, help="JSON file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.answer)
        cost = json.loads(given.cost.read_text(encoding="utf-8"))
        found = answer(given.name, given.question, given.folder, cost)
        write_text(given.answer, json.dumps(found, indent=1, sort_keys=True) + "\n")
