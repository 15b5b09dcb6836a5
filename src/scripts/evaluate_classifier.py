"""Evaluate a trained classifier on the test samples of a feature store."""

import argparse
import sys
from pathlib import Path

import numpy as np
import partitioning
import sharded

from scatterlab.classifiers.decisions import Decisions, write_evaluation
from scatterlab.classifiers.samples import column, feature_batches
from scatterlab.classifiers.trained import load_classifier
from scatterlab.errors import StoreError, said_plainly
from scatterlab.stores.claim import claim


def main():
    args = parse()
    claim(args.evaluation, args.predictions)
    shards = sharded.opened(args)
    labels, split = column(shards, "label"), column(shards, "split")
    class_names = shards[0].attrs["class_names"]
    chosen = partitioning.chosen(args, labels, split, class_names)
    if not len(chosen.test):
        raise StoreError(f"{args.features}: no test samples; see the data set's `split`")
    classifier = load_classifier(args.model)
    batches = feature_batches(shards, chosen.test)
    judged = zip(*map(classifier.judge, batches), strict=True)
    predicted, votes = map(np.concatenate, judged)
    tested = labels[chosen.test]
    about = {
        "dataset": args.dataset,
        "representation": args.representation,
        "classifier": args.classifier,
        "splits": args.splits,
        "train_size": args.size,
        "draw": args.draw,
        "n_train": len(chosen.train),
        "parameters": classifier.parameters,
    }
    if classifier.frames:
        about["frame_accuracy"] = float((votes == tested[:, None]).mean())
    decisions = Decisions(column(shards, "sample")[chosen.test], tested, predicted)
    result = write_evaluation(args.evaluation, args.predictions, decisions, class_names, about)
    print(f"{result['n_test']} samples: accuracy {result['accuracy']:.4f}", file=sys.stderr)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    sharded.add_arguments(parser)
    parser.add_argument("--model", type=Path, required=True, help="from train_classifier.py")
    parser.add_argument("--dataset", default="", help="its name")
    parser.add_argument("--representation", default="", help="its name")
    parser.add_argument("--classifier", default="", help="its name")
    partitioning.add_arguments(parser)
    parser.add_argument("--evaluation", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--predictions", type=Path, required=True, help="CSV file to write")
    return parser.parse_args()


if __name__ == "__main__":
    with said_plainly():
        main()
