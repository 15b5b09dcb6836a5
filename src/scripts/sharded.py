"""What scripts that read all shards of a representation's features have in common.

They are given as a folder and a number: a thousand paths are more than a command line holds.
"""

import argparse
from pathlib import Path

import xarray as xr

from scatterlab.classifiers.samples import open_verified
from scatterlab.stores.reader import shard_paths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--features", type=Path, required=True, help="folder of feature stores")
    parser.add_argument("--shards", type=int, help="how many they are, where there are two sets")


def paths(args: argparse.Namespace) -> list[Path]:
    return shard_paths(args.features, args.shards)


def opened(args: argparse.Namespace) -> list[xr.Dataset]:
    """All shards, lazily, each checked against its manifest."""
    return open_verified(paths(args))
