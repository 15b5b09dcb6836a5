"""Make the images store of one data set."""

import argparse
import json
from pathlib import Path

from scatterlab.data.prepare import prepare_dataset
from scatterlab.errors import ConfigError, said_plainly
from scatterlab.stores.claim import claim


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--spec", required=True, type=json.loads, help="JSON: the data set's configuration"
    )
    parser.add_argument(
        "--archives", nargs="*", default=[], type=Path, help="its files, in the order of the spec"
    )
    parser.add_argument("--store", required=True, type=Path, help="the Zarr store to make")
    parser.add_argument("--manifest", required=True, type=Path, help="its manifest, written last")
    options = parser.parse_args()
    with said_plainly():
        claim(options.store, options.manifest)
        names = [archive["file"] for archive in options.spec["archives"]]
        if len(names) != len(options.archives):
            raise ConfigError(f"--archives: {len(names)} files wanted: {', '.join(names)}")
        archives = dict(zip(names, options.archives, strict=True))
        prepare_dataset(options.spec, archives, options.store, options.manifest)


if __name__ == "__main__":
    main()
