"""Draw the confusion matrix of the best classifier: evaluations → SVG."""

import argparse
import json
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.confusion import plot_confusion
from scatterlab.report.evaluations import Comparison, best_result, load_results
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--folder", type=Path, required=True, help="results/classification/<dataset>")
parser.add_argument(
    "--comparison",
    type=json.loads,
    required=True,
    help="JSON: representations, classifiers, train_sizes (size → number of draws)",
)
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        results = load_results(Comparison(given.folder, **given.comparison))
        plot_confusion(best_result(results), given.figure)
