"""Check stores, byte for byte, against the manifests beside them.

Prints every fault and the command that rebuilds just the damaged stores; exits with status 1 if
there are any.
"""

import argparse
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from scatterlab.stores.verify import store_faults, stores_at


def add_to(commands) -> None:
    """Add ``verify`` to the sub-parsers `commands`."""
    parser = commands.add_parser(
        "verify",
        help="check stores against their manifests",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["results"],
        help="a store, its manifest, or a folder with stores below it (default: results)",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    stores = sorted({store for path in given.paths for store in stores_at(path)})
    damaged = {}
    for store in tqdm(stores, desc="verify", unit="store", delay=2, disable=None):
        if faults := store_faults(store):
            damaged[store] = faults
    if damaged:
        faults = "\n".join(f"error: {fault}" for found in damaged.values() for fault in found)
        sys.exit(f"{faults}\n{len(damaged)} of {len(stores)} stores are damaged. {remedy(damaged)}")
    print(f"{len(stores)} stores are as their manifests say")


def remedy(damaged: Iterable[Path]) -> str:
    """What to do about the stores `damaged`: the command that makes each again, and no other."""
    targets: dict[str, list[str]] = {}
    for store in damaged:
        folder, below, name = store.absolute().as_posix().rpartition("/results/")
        if not below:
            return f"{store} is not in a workflow's results/: make it again by what made it."
        targets.setdefault(folder, []).append(f"results/{name}")
    lines = "".join(f"\n  {command(*workflow)}" for workflow in targets.items())
    return f"To rebuild just these (with the --configfile of your run, if it had one):{lines}"


def command(folder: str, targets: list[str]) -> str:
    """The command that makes `targets` again in the workflow's `folder`."""
    where = [] if folder == str(Path.cwd()) else ["--directory", folder]
    return shlex.join(["snakemake", "--cores", "all", *where, "--force", *targets])
