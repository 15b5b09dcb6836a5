"""Train a classifier on the training samples of a feature store."""

import argparse
import json
import sys
from pathlib import Path

from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.samples import column, load_features, open_verified, positions
from scatterlab.classifiers.subset import training_subset
from scatterlab.classifiers.trained import save_classifier
from scatterlab.errors import said_plainly


def main():
    args = parse()
    shards = open_verified(args.stores, args.manifests)
    labels = column(shards, "label", "train")
    chosen = training_subset(labels, args.size, args.draw, args.seed)
    classifier = build_classifier(args.spec, positions(shards))
    classifier.fit(load_features(shards, "train", chosen), labels[chosen])
    print(f"{len(chosen)} samples: {classifier.parameters_}", file=sys.stderr)
    save_classifier(args.model, classifier.trained_)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=Path, nargs="+", required=True, help="feature stores")
    parser.add_argument("--manifests", type=Path, nargs="+", required=True, help="one a store")
    parser.add_argument("--spec", type=json.loads, required=True, help="a classifier, as JSON")
    parser.add_argument("--size", type=size, default="all", help="training samples, or 'all'")
    parser.add_argument("--draw", type=int, default=0, help="number of the random training set")
    parser.add_argument("--seed", type=int, default=0, help="of the random training sets")
    parser.add_argument("--model", type=Path, required=True, help="safetensors file to write")
    return parser.parse_args()


def size(text):
    return text if text == "all" else int(text)


if __name__ == "__main__":
    with said_plainly():
        main()
