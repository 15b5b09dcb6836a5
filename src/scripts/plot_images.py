"""Draw a few images, or sounds, of each class: images store → SVG."""

import argparse
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.montage import plot_images
from scatterlab.report.waveforms import plot_sounds
from scatterlab.stores.claim import claim
from scatterlab.stores.reader import open_store

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--images", type=Path, required=True, help="images store")
parser.add_argument("--figure", type=Path, required=True, help="SVG file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.figure)
        store = open_store(given.images)
        plot = plot_sounds if "rate" in store.attrs else plot_images
        plot(store, given.figure)
