"""Draw how one layer flattens classes of known variation: analysis store → SVG."""

import argparse
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.one_layer import plot_one_layer
from scatterlab.stores.reader import open_store

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--store", type=Path, required=True, help="from measure_one_layer.py")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        plot_one_layer(open_store(given.store), given.figure)
