"""Say what a store, shards, weights or a manifest hold, or what is below a folder.

Arrays with their dimensions, chunks and sizes; coordinates with their values; classes and splits
with their samples; the specification, engine and versions that made it. Arrays are not read.
"""

import argparse
import json

from scatterlab.cli.text import lines_of
from scatterlab.inspection.folder import describe


def add_to(commands) -> None:
    """Add ``info`` to the sub-parsers `commands`."""
    parser = commands.add_parser(
        "info",
        help="say what a store or folder holds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "path",
        metavar="STORE",
        help="a store (.zarr), its manifest (.json), a .safetensors file, or a folder of them; a "
        "store or a folder of shards may be a URL, such as s3://bucket/results/…",
    )
    parser.add_argument(
        "--storage-options",
        type=json.loads,
        metavar="JSON",
        help='of a URL\'s file system, such as \'{"endpoint_url": "http://localhost:9000"}\'',
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for other programs")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    found = describe(given.path, given.storage_options)
    if given.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print("\n".join(lines_of(found)))
