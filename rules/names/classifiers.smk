# Which classifiers are trained on what, and where their evaluations are.
from scatterlab.classifiers.registry import CLASSIFIERS, STEPS

TRAINED = "results/classification/{dataset}/{representation}/{classifier}/train-{size}-draw-{draw}"


def classifier_modules(name):
    """The modules that a classifier needs beyond those that every one needs."""
    entry = named("classifiers", name)
    used = {step if isinstance(step, str) else next(iter(step)) for step in as_steps(entry)}
    return [CLASSIFIERS[entry.kind], *(STEPS[step] for step in sorted(used & {*STEPS}))]


def as_steps(entry):
    """The steps of a classifier, each a name or a mapping of one name to options."""
    return entry.model_dump(mode="json")["steps"]


def compared_evaluations(dataset):
    """The evaluations that the comparison asks for on a data set."""
    return classifier_evaluations(dataset) + compared_decisions(dataset)


def classifier_evaluations(dataset):
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
