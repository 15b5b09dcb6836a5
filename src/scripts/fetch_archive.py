"""Fetch one archive, verified, from a mirror or from where it is published."""

import argparse
import json
import os
from pathlib import Path

from scatterlab.data.fetch import fetch_archive
from scatterlab.errors import said_plainly
from scatterlab.stores.claim import claim


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--archive", required=True, type=json.loads, help="JSON: file, url, digests, unpacked"
    )
    parser.add_argument("--target", required=True, type=Path, help="where to put the file")
    parser.add_argument(
        "--mirror",
        help="folder or URL prefix that is asked first (default: $SCATTERLAB_MIRROR)",
    )
    options = parser.parse_args()
    mirror = options.mirror or os.environ.get("SCATTERLAB_MIRROR")
    with said_plainly():
        claim(options.target)
        fetch_archive(options.archive, options.target, mirror)


if __name__ == "__main__":
    main()
