"""Measure how one layer flattens classes of known variation: settings → analysis store."""

import argparse
import json
from pathlib import Path

from scatterlab.analyses.one_layer import one_layer
from scatterlab.errors import said_plainly
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import write_dataset

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument(
    "--settings", type=json.loads, required=True, help="of the set and the layers, as JSON"
)
parser.add_argument("--store", type=Path, required=True, help="analysis store to write")
parser.add_argument("--manifest", type=Path, required=True, help="its manifest, written last")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        write_dataset(given.store, one_layer(**given.settings))
        write_manifest(given.store, given.manifest, parameters=given.settings)
