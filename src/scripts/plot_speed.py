"""Draw how much faster networks of low rank are: analysis stores → SVG."""

import argparse
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.speed import plot_speed
from scatterlab.stores.reader import open_store

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--representations", nargs="+", required=True)
parser.add_argument("--stores", nargs="+", type=Path, required=True, help="one for each of them")
parser.add_argument("--palette", nargs="+", required=True, help="all representations of the run")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        stores = dict(zip(given.representations, map(open_store, given.stores), strict=True))
        plot_speed(stores, given.palette, given.figure)
