"""Train a network on the training images of a data set."""

import argparse
import json
import sys
from pathlib import Path

import torch

from scatterlab.cascades.registry import build_network
from scatterlab.errors import ConfigError, DataError, said_plainly
from scatterlab.stores.atomic import write_text
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import load_selected
from scatterlab.training.checkpoint import Checkpoints, configuration_key
from scatterlab.training.loop import train
from scatterlab.training.tensors import write_tensors


def main():
    args = parse()
    verify_store(args.images, args.images_manifest)
    data = load_selected(args.images, split="train")
    images = torch.from_numpy(data["images"].values)
    if not len(images):
        raise DataError(f"{args.images}: no training images; see the data set's `split`")
    classes = len(data.attrs["class_names"])
    network = build_network(args.spec, images.shape[1:], classes)
    checkpoints = Checkpoints(args.checkpoints, configuration_key(args.spec, args.images_manifest))
    labels = torch.from_numpy(data["label"].values)
    history = train(network, images, labels, args.spec, checkpoints, say)
    about = {"network": args.spec, "image_shape": list(images.shape[1:]), "classes": classes}
    write_tensors(args.weights, network.state_dict(), about)
    content = {**about, "n_train": len(images), "epochs": history}
    write_text(args.history, json.dumps(content, indent=1, sort_keys=True) + "\n")
    checkpoints.remove()


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images store")
    parser.add_argument("--images-manifest", type=Path, required=True)
    parser.add_argument("--spec", required=True, help="a network's configuration, as JSON")
    parser.add_argument("--checkpoints", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--weights", type=Path, required=True, help="safetensors file to write")
    parser.add_argument("--history", type=Path, required=True, help="JSON file to write")
    args = parser.parse_args()
    try:
        args.spec = json.loads(args.spec)
    except ValueError as error:
        raise ConfigError(f"--spec is not JSON: {error}") from None
    return args


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with said_plainly():
        main()
