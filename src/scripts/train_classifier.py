"""Train a classifier on the training samples of a feature store."""

import argparse
import json
import sys
from pathlib import Path

import partitioning
import sharded

from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.samples import column, grid, load_features
from scatterlab.classifiers.trained import save_classifier
from scatterlab.errors import said_plainly
from scatterlab.stores.claim import claim


def main():
    args = parse()
    claim(args.model)
    shards = sharded.opened(args)
    labels, split = column(shards, "label"), column(shards, "split")
    class_names = shards[0].attrs["class_names"]
    chosen = partitioning.chosen(args, labels, split, class_names)
    classifier = build_classifier(args.spec, grid(shards), len(class_names))
    tested = load_features(shards, chosen.test) if classifier.transductive else None
    classifier.fit(load_features(shards, chosen.train), labels[chosen.train], tested)
    print(f"{len(chosen.train)} samples: {classifier.parameters_}", file=sys.stderr)
    save_classifier(args.model, classifier.trained_)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    sharded.add_arguments(parser)
    parser.add_argument("--spec", type=json.loads, required=True, help="a classifier, as JSON")
    partitioning.add_arguments(parser)
    parser.add_argument("--model", type=Path, required=True, help="safetensors file to write")
    return parser.parse_args()


if __name__ == "__main__":
    with said_plainly():
        main()
