"""What the measure_<property> scripts have in common: their arguments and their result."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.stores.claim import claim
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import write_dataset


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--images", type=Path, required=True, help="images store")
    parser.add_argument("--images-manifest", type=Path, required=True)
    parser.add_argument("--spec", type=json.loads, required=True, help="the representation, JSON")
    parser.add_argument("--weights", type=Path, help="a network's weights")
    parser.add_argument("--model", type=Path, help="the classifier that decides by features")
    parser.add_argument("--backgrounds", type=Path, help="images store, to put behind others")
    parser.add_argument("--backgrounds-manifest", type=Path)
    parser.add_argument(
        "--examples", type=json.loads, help="adversarial examples: stores by representation, JSON"
    )
    parser.add_argument("--analysis", type=json.loads, required=True, help="its settings, JSON")
    parser.add_argument("--samples", type=int, default=64, help="number of test images")
    parser.add_argument("--store", type=Path, required=True, help="analysis store to write")
    parser.add_argument("--manifest", type=Path, required=True, help="its manifest, written last")
    given = parser.parse_args()
    with said_plainly():
        claim(given.store, given.manifest)
    return given


def write_result(result, given: argparse.Namespace) -> None:
    """Write the result of an analysis as a store with its manifest."""
    write_dataset(given.store, result)
    settings = {"analysis": given.analysis, "representation": given.spec, "samples": given.samples}
    write_manifest(given.store, given.manifest, parameters=settings)


def demonstrate(description: str, make: Callable) -> None:
    """Write ``make(**settings)``, which needs no data set, as a store with its manifest."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--settings", type=json.loads, required=True, help="as JSON")
    parser.add_argument("--store", type=Path, required=True, help="analysis store to write")
    parser.add_argument("--manifest", type=Path, required=True, help="its manifest, written last")
    given = parser.parse_args()
    with said_plainly():
        claim(given.store, given.manifest)
        write_dataset(given.store, make(**given.settings))
        write_manifest(given.store, given.manifest, parameters=given.settings)
