# Which classifiers are trained on what, and where their evaluations are.
from scatterlab.classifiers.registry import CLASSIFIERS

TRAINED = "results/classification/{dataset}/{representation}/{classifier}/train-{size}-draw-{draw}"


def classifier_module(name):
    return CLASSIFIERS[named("classifiers", name).kind]


def compared_evaluations(dataset):
    """The evaluations that the comparison asks for on a data set."""
    return [
        f"{TRAINED}/evaluation.json".format(
            dataset=dataset,
            representation=representation,
            classifier=classifier,
            size=size,
            draw=draw,
        )
        for representation in CONFIG.comparison.representations
        for classifier in CONFIG.comparison.classifiers
        for size in train_sizes(dataset)
        for draw in draws(size)
    ]
