"""Verify every store below a folder against its manifest.

python -m scatterlab.stores.verify results
"""

import argparse
import sys
from pathlib import Path

from scatterlab.errors import StoreError
from scatterlab.stores.manifest import verify_store


def verify_all(folder: Path) -> tuple[int, list[str]]:
    """The number of stores below `folder`, and a message for each that is damaged."""
    stores = sorted(folder.rglob("*.zarr"))
    faults = []
    for store in stores:
        try:
            verify_store(store, store.with_suffix(".json"))
        except StoreError as fault:
            faults.append(str(fault))
    return len(stores), faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the stores are")
    count, faults = verify_all(parser.parse_args().folder)
    if faults:
        sys.exit("\n".join(f"error: {fault}" for fault in faults))
    print(f"{count} stores are as their manifests say")


if __name__ == "__main__":
    main()
