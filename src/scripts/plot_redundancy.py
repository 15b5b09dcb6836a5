"""Draw the accuracy of networks of which little is left: analysis stores → SVG."""

import argparse
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.redundancy import plot_redundancy
from scatterlab.stores.reader import open_store

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--representations", nargs="+", required=True)
parser.add_argument("--stores", nargs="+", type=Path, required=True, help="one for each of them")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        stores = map(open_store, given.stores)
        plot_redundancy(dict(zip(given.representations, stores, strict=True)), given.figure)
