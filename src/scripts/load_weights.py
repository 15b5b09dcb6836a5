"""Bring published weights into the form in which trained networks are kept."""

import argparse
import json
from pathlib import Path

from scatterlab.cascades.published import load_published, read_published
from scatterlab.cascades.registry import build_network
from scatterlab.data.checksum import mismatch
from scatterlab.errors import DataError, said_plainly
from scatterlab.stores.atomic import write_text
from scatterlab.stores.claim import claim
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store
from scatterlab.training.tensors import write_tensors


def main():
    args = parse()
    claim(args.weights, args.history)
    published = args.spec["weights"]
    verify_store(args.images, args.images_manifest)
    image_shape = open_store(args.images)["images"].shape[1:]
    if wrong := mismatch(args.archive, published):
        raise DataError(f"{args.archive}: wrong checksum: {wrong}; fetch it again")
    network = build_network(args.spec, image_shape, published["classes"])
    try:
        tensors = read_published(args.archive)
        load_published(network, tensors, published["mean"], published["std"])
    except DataError as error:
        raise DataError(f"{published['file']}: {error}") from None
    about = {
        "network": args.spec,
        "image_shape": list(image_shape),
        "classes": published["classes"],
    }
    write_tensors(args.weights, network.state_dict(), about)
    content = {**about, "published": published, "epochs": []}
    write_text(args.history, json.dumps(content, indent=1, sort_keys=True) + "\n")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="the published file")
    parser.add_argument("--images", type=Path, required=True, help="images store")
    parser.add_argument("--images-manifest", type=Path, required=True)
    parser.add_argument(
        "--spec", type=json.loads, required=True, help="a network with its `weights`, as JSON"
    )
    parser.add_argument("--weights", type=Path, required=True, help="safetensors file to write")
    parser.add_argument("--history", type=Path, required=True, help="JSON: where they are from")
    return parser.parse_args()


if __name__ == "__main__":
    with said_plainly():
        main()
