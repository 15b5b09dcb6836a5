"""What scripts that train or evaluate on one draw have in common: how it is asked for."""

import argparse

import numpy as np

from scatterlab.classifiers.partition import Partition, partition


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--splits",
        choices=["fixed", "resampled"],
        default="fixed",
        help="fixed: the data set's own; resampled: --size of each class train, all others test",
    )
    parser.add_argument("--size", type=size, default="all", help="training samples, or 'all'")
    parser.add_argument("--draw", type=int, default=0, help="number of the random training set")
    parser.add_argument("--seed", type=int, default=0, help="of the random training sets")


def size(text: str) -> int | str:
    return text if text == "all" else int(text)


def chosen(
    args: argparse.Namespace, labels: np.ndarray, split: np.ndarray, class_names: list[str]
) -> Partition:
    """The samples that train and test, of all whose `labels` and `split` are given."""
    return partition(labels, split, class_names, args.splits, args.size, args.draw, args.seed)
