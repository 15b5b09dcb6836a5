"""Evaluate a trained classifier on the test samples of a feature store."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from scatterlab.classifiers.evaluate import evaluate
from scatterlab.classifiers.partition import partition
from scatterlab.classifiers.samples import column, feature_batches, open_verified
from scatterlab.classifiers.trained import load_classifier
from scatterlab.errors import StoreError, said_plainly
from scatterlab.stores.atomic import write_text


def main():
    args = parse()
    shards = open_verified(args.stores, args.manifests)
    labels, split = column(shards, "label"), column(shards, "split")
    class_names = shards[0].attrs["class_names"]
    chosen = partition(labels, split, class_names, args.splits, args.size, args.draw, args.seed)
    if not len(chosen.test):
        raise StoreError(f"{args.stores[0]}: no test samples; see the data set's `split`")
    classifier = load_classifier(args.model)
    batches = feature_batches(shards, chosen.test)
    judged = zip(*map(classifier.judge, batches), strict=True)
    predicted, votes = map(np.concatenate, judged)
    tested = labels[chosen.test]
    result = {
        "dataset": args.dataset,
        "representation": args.representation,
        "classifier": args.classifier,
        "splits": args.splits,
        "train_size": args.size,
        "draw": args.draw,
        "n_train": len(chosen.train),
        "parameters": classifier.parameters,
        **evaluate(tested, predicted, class_names),
    }
    if classifier.frames:
        result["frame_accuracy"] = float((votes == tested[:, None]).mean())
    rows = zip(column(shards, "sample")[chosen.test], tested, predicted, strict=True)
    table = "".join(f"{sample},{label},{guess}\n" for sample, label, guess in rows)
    write_text(args.predictions, "sample,label,predicted\n" + table)
    write_text(args.evaluation, json.dumps(result, indent=1, sort_keys=True) + "\n")
    print(f"{result['n_test']} samples: accuracy {result['accuracy']:.4f}", file=sys.stderr)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=Path, nargs="+", required=True, help="feature stores")
    parser.add_argument("--manifests", type=Path, nargs="+", required=True, help="one a store")
    parser.add_argument("--model", type=Path, required=True, help="from train_classifier.py")
    parser.add_argument("--dataset", default="", help="its name")
    parser.add_argument("--representation", default="", help="its name")
    parser.add_argument("--classifier", default="", help="its name")
    parser.add_argument(
        "--splits",
        choices=["fixed", "resampled"],
        default="fixed",
        help="fixed: the data set's own; resampled: --size of each class train, all others test",
    )
    parser.add_argument("--size", type=size, default="all", help="training samples, or 'all'")
    parser.add_argument("--draw", type=int, default=0, help="number of the random training set")
    parser.add_argument("--seed", type=int, default=0, help="of the random training sets")
    parser.add_argument("--evaluation", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--predictions", type=Path, required=True, help="CSV file to write")
    return parser.parse_args()


def size(text):
    return text if text == "all" else int(text)


if __name__ == "__main__":
    with said_plainly():
        main()
