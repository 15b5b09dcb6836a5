"""Evaluate the decisions of a network on the test samples of the draw that it was trained on."""

import argparse
import json
import sys
from pathlib import Path

import partitioning

from scatterlab.cascades.network import load_weights
from scatterlab.cascades.registry import build_network
from scatterlab.classifiers.decisions import Decisions, write_evaluation
from scatterlab.engines.devices import take_gpu
from scatterlab.errors import StoreError, said_plainly
from scatterlab.stores.claim import claim
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store
from scatterlab.training.predict import predict


def main():
    args = parse()
    claim(args.evaluation, args.predictions)
    take_gpu()
    verify_store(args.images, args.images_manifest)
    store = open_store(args.images)
    class_names, labels = store.attrs["class_names"], store["label"].values
    chosen = partitioning.chosen(args, labels, store["split"].values, class_names)
    if not len(chosen.test):
        raise StoreError(f"{args.images}: no test samples; see the data set's `split`")
    network = build_network(args.spec, store["images"].shape[1:], len(class_names))
    load_weights(network, args.weights)
    history = json.loads(args.history.read_text(encoding="utf-8"))
    predicted = predict(network, store["images"], chosen.test)
    about = {
        "dataset": args.dataset,
        "representation": args.network,
        "classifier": "network",
        "splits": args.splits,
        "train_size": args.size,
        "draw": args.draw,
        "n_train": history["n_train"],
        "parameters": {
            "epochs": len(history["epochs"]),
            "learning_rate": args.spec["learning_rate"],
            "weight_decay": args.spec["weight_decay"],
            "weights": sum(weights.numel() for weights in network.parameters()),
        },
    }
    decisions = Decisions(store["sample"].values[chosen.test], labels[chosen.test], predicted)
    result = write_evaluation(args.evaluation, args.predictions, decisions, class_names, about)
    print(f"{result['n_test']} samples: accuracy {result['accuracy']:.4f}", file=sys.stderr)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images store")
    parser.add_argument("--images-manifest", type=Path, required=True)
    parser.add_argument("--spec", type=json.loads, required=True, help="a network, as JSON")
    parser.add_argument("--weights", type=Path, required=True, help="from train_on_subset.py")
    parser.add_argument("--history", type=Path, required=True, help="from train_on_subset.py")
    parser.add_argument("--dataset", default="", help="its name")
    parser.add_argument("--network", default="", help="its name")
    partitioning.add_arguments(parser)
    parser.add_argument("--evaluation", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--predictions", type=Path, required=True, help="CSV file to write")
    return parser.parse_args()


if __name__ == "__main__":
    with said_plainly():
        main()
