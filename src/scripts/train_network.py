"""Train a network on the training images of a data set, or on those of one draw.

Each draw begins from weights of its own.
"""

import argparse
import json
import sys
from pathlib import Path

import partitioning
import torch

from scatterlab.cascades.registry import build_network
from scatterlab.engines.devices import take_gpu
from scatterlab.errors import ConfigError, DataError, said_plainly
from scatterlab.stores.atomic import write_text
from scatterlab.stores.claim import claim
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store
from scatterlab.training.checkpoint import Checkpoints, configuration_key
from scatterlab.training.device import chosen_device, described
from scatterlab.training.epochs import with_epochs_for
from scatterlab.training.images import stored_images
from scatterlab.training.loop import train
from scatterlab.training.part import part_of
from scatterlab.training.registry import build_loss
from scatterlab.training.tensors import write_tensors


def main():
    args = parse()
    claim(args.weights, args.history)
    take_gpu()
    torch.set_num_threads(args.spec["threads"])
    verify_store(args.images, args.images_manifest)
    store = open_store(args.images)
    labels = store["label"].values
    samples = part_of(chosen_samples(store, args), args.spec.get("part"))
    if not len(samples):
        raise DataError(f"{args.images}: no training images; see the data set's `split`")
    images = stored_images(store["images"], samples)
    spec = with_epochs_for(len(samples), {**args.spec, "seed": args.spec["seed"] + args.draw})
    targets = build_loss(spec).targets(labels[samples], store.attrs["class_names"])
    classes = len(targets.names)
    network = build_network(spec, images.shape[1:], classes)
    selection = {"splits": args.splits, "size": args.size, "draw": args.draw, "seed": args.seed}
    key = configuration_key({**spec, "samples": selection}, args.images_manifest)
    checkpoints = Checkpoints(args.checkpoints, key)
    device = chosen_device()
    history = train(
        *(network, images, targets.values, spec, checkpoints, say),
        order=targets.order,
        device=device,
    )
    about = {"network": spec, "image_shape": list(images.shape[1:]), "classes": classes}
    write_tensors(args.weights, network.state_dict(), about)
    content = {**about, "n_train": len(samples), "device": described(device), "epochs": history}
    content["outputs"] = targets.names
    write_text(args.history, json.dumps(content, indent=1, sort_keys=True) + "\n")
    checkpoints.remove()


def chosen_samples(store, args):
    """Numbers of the images that train."""
    labels, split, names = store["label"].values, store["split"].values, store.attrs["class_names"]
    if args.splits == "fixed" and args.size == "all":
        return (split == store.attrs["split_names"].index("train")).nonzero()[0]
    return partitioning.chosen(args, labels, split, names).train


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images store")
    parser.add_argument("--images-manifest", type=Path, required=True)
    parser.add_argument("--spec", required=True, help="a network's configuration, as JSON")
    partitioning.add_arguments(parser)
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
