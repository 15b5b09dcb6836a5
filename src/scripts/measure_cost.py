"""Measure what the variants of a question cost, side by side, on one thread."""

import argparse
import json
from pathlib import Path

import torch

from scatterlab.analyses.inputs import load_split
from scatterlab.cascades.registry import build_network
from scatterlab.errors import said_plainly
from scatterlab.stores.atomic import write_text
from scatterlab.stores.claim import claim
from scatterlab.training.cost import costs

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--images", type=Path, required=True, help="images store")
parser.add_argument("--images-manifest", type=Path, required=True)
parser.add_argument("--specs", type=json.loads, required=True, help="networks by name, as JSON")
parser.add_argument("--batch", type=int, default=64, help="images of a step")
parser.add_argument("--cost", type=Path, required=True, help="JSON file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.cost)
        torch.set_num_threads(1)
        store, images = load_split(given.images, given.images_manifest, "train", given.batch)
        labels, classes = torch.from_numpy(store["label"].values), len(store.attrs["class_names"])
        networks = {
            name: build_network(spec, images.shape[1:], classes)
            for name, spec in given.specs.items()
        }
        found = costs(networks, images, labels)
        content = {"batch": len(images), "networks": found}
        write_text(given.cost, json.dumps(content, indent=1, sort_keys=True) + "\n")
