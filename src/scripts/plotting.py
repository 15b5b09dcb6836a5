"""What the plot_<analysis> scripts have in common: their arguments, and reading the stores."""

import argparse
from collections.abc import Callable
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.stores.claim import claim
from scatterlab.stores.reader import open_store


def plot(description: str, draw: Callable, *, coloured: bool = True) -> None:
    """Draw the stores of all representations, by name, with ``draw(stores, [palette], figure)``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--representations", nargs="+", required=True)
    parser.add_argument("--stores", nargs="+", type=Path, required=True, help="one for each")
    if coloured:
        parser.add_argument("--palette", nargs="+", required=True, help="all of the run")
    parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        stores = dict(zip(given.representations, map(open_store, given.stores), strict=True))
        palette = [given.palette] if coloured else []
        draw(stores, *palette, given.figure)


def plot_demonstration(description: str, draw: Callable) -> None:
    """Draw the store of what needs no data set with ``draw(store, figure)``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--store", type=Path, required=True, help="analysis store")
    parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        draw(open_store(given.store), given.figure)
