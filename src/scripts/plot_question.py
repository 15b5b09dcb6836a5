"""Draw the answer to a question: JSON → SVG."""

import argparse
import json
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.answer_figure import plot_answer
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--answer", type=Path, required=True, help="from answer_question.py")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        plot_answer(json.loads(given.answer.read_text(encoding="utf-8")), given.figure)
