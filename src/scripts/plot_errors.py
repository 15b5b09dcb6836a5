"""Draw errors against training sizes: evaluations → SVG."""

import argparse
import json
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.curves import plot_errors
from scatterlab.report.evaluations import Comparison, load_results
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--folder", type=Path, required=True, help="results/classification/<dataset>")
parser.add_argument(
    "--comparison",
    type=json.loads,
    required=True,
    help="JSON: representations, classifiers, train_sizes (size → number of draws)",
)
parser.add_argument("--published", type=json.loads, default=[], help="JSON: published errors")
parser.add_argument("--palette", nargs="+", required=True, help="all that the run compares")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        results = load_results(Comparison(given.folder, **given.comparison))
        plot_errors(results, given.published, given.palette, given.figure)
