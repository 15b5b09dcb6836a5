"""Compute one shard of a representation's features: images store → features store."""

import argparse
import json
from pathlib import Path

from scatterlab.cascades.registry import may_use_gpu
from scatterlab.engines.devices import take_gpu
from scatterlab.errors import said_plainly
from scatterlab.features import compute_features
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--images", type=Path, required=True, help="images store")
parser.add_argument("--images-manifest", type=Path, required=True)
parser.add_argument("--name", default="", help="name of the representation")
parser.add_argument("--spec", type=json.loads, required=True, help="the representation, JSON")
parser.add_argument("--weights", type=Path, help="a network's weights")
parser.add_argument("--shard", type=int, default=0)
parser.add_argument("--shards", type=int, default=1)
parser.add_argument("--store", type=Path, required=True, help="features store to write")
parser.add_argument("--manifest", type=Path, required=True, help="its manifest, written last")

if __name__ == "__main__":
    arguments = parser.parse_args()
    with said_plainly():
        claim(arguments.store, arguments.manifest)
        if may_use_gpu(arguments.spec):
            take_gpu()
        compute_features(**vars(arguments))
