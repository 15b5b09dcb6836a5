"""Draw scattering coefficients as disks: features and images stores → SVG."""

import argparse
import json
from pathlib import Path

import sharded

from scatterlab.errors import said_plainly
from scatterlab.report.disks import load_examples, plot_coefficients
from scatterlab.stores.claim import claim
from scatterlab.stores.reader import open_store

parser = argparse.ArgumentParser(description=__doc__)
sharded.add_arguments(parser)
parser.add_argument("--images", type=Path, required=True, help="images store")
parser.add_argument("--spec", type=json.loads, required=True, help="the scattering, JSON")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        examples = load_examples(sharded.paths(given))
        plot_coefficients(examples, open_store(given.images), given.spec, given.figure)
