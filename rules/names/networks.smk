# Which networks are trained on what, and where their weights and decisions are.
import re

NETWORK = "results/networks/{dataset}/{network}/train-{size}-draw-{draw}"
DECISION = "results/classification/{dataset}/{network}/network/train-{size}-draw-{draw}"
WITH_VARIANTS = {**CONFIG.networks, **CONFIG.variants()}


def network_entry(name):
    """A network of the configuration, or a variant that one of its questions asks for."""
    if name not in WITH_VARIANTS:
        raise WorkflowError(f"{name!r} is not one of `networks`; {suggest(name, WITH_VARIANTS)}")
    return WITH_VARIANTS[name]


def network_modules(name):
    """The modules that training a network needs beyond those that every one needs."""
    entry = network_entry(name)
    return [NETWORKS[entry.kind], LOSSES[entry.loss]]


def network_decisions(dataset, name, size, count):
    """The evaluations of a network trained on `count` random training sets of a size."""
    folders = (
        DECISION.format(dataset=dataset, network=name, size=size, draw=draw)
        for draw in range(count)
    )
    return [f"{folder}/evaluation.json" for folder in folders]


def compared_decisions(dataset):
    """The evaluations of the comparison's networks, which decide themselves."""
    return [
        path
        for network in CONFIG.comparison.networks
        for size in train_sizes(dataset)
        for path in network_decisions(dataset, network, size, len(draws(size)))
    ]


def weights_behind(decision):
    """The weights of the network that a decision is of."""
    _, _, dataset, network, _, draw, _ = decision.split("/")
    return f"results/networks/{dataset}/{network}/{draw}/weights.safetensors"


def question_variants(name):
    """The variants of a question, as names of networks."""
    return [f"{name}.{variant}" for variant in named("questions", name).changes()]


def question_decisions(name):
    """The evaluations of all variants of a question."""
    question = named("questions", name)
    return [
        path
        for variant in question_variants(name)
        for path in network_decisions(
            question.dataset, variant, question.train_size, question.draws
        )
    ]


def question_modules(name):
    """The modules of all networks of a question."""
    return sorted(
        {path for variant in question_variants(name) for path in network_modules(variant)}
    )


def question_specs(name):
    """The networks of a question by name, as JSON."""
    entries = {variant: network_entry(variant) for variant in question_variants(name)}
    return json.dumps({key: entry.model_dump(mode="json") for key, entry in entries.items()})


def question_asked(dataset, name):
    """A question as JSON, with what each of its variants changes."""
    question = named("questions", name)
    if question.dataset != dataset:
        raise WorkflowError(f"questions.{name}.dataset is {question.dataset!r}, not {dataset!r}")
    asked = {**question.model_dump(mode="json"), "changes": question.changes()}
    # in the order in which the variants were given
    return json.dumps(asked)


def published_weights(network):
    """The archive of a network's published weights."""
    return f"results/archives/{named('networks', network).weights.file}"


def published_networks():
    """A regular expression of the names of all networks that have published weights."""
    names = [name for name, network in CONFIG.networks.items() if network.weights]
    return "|".join(map(re.escape, names)) or "(?!)"
