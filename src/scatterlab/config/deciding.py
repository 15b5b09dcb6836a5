"""What is to decide must be able to: networks beside classifiers, the classifier of analyses."""


def require_distinct_names(config) -> None:
    """Raise `ValueError` where networks that decide themselves would share a folder or a name."""
    if "network" in config.classifiers:
        raise ValueError(
            "classifiers: 'network' stands for networks that decide themselves; rename it"
        )
    for name in config.comparison.networks:
        if name in config.comparison.representations:
            raise ValueError(
                f"comparison.networks: {name!r} is a representation too; rename one of them"
            )
    for name in config.variants():
        if name in config.networks:
            raise ValueError(
                f"networks: {name!r} is the name of a variant of a question; rename it"
            )


def require_trained_on_classes(config) -> None:
    """Raise `ValueError` for a network that is to decide, and is not trained or learns no class."""
    deciding = {f"networks.{name}": config.networks[name] for name in config.comparison.networks}
    deciding |= {f"questions.{name}": network for name, network in config.variants().items()}
    for where, network in deciding.items():
        if network.captions:
            raise ValueError(
                f"{where}: it learns the words of `captions`, and decides of no class; compare "
                "one of its layers as a representation"
            )
        if network.weights:
            raise ValueError(
                f"{where}: it would be trained to decide, and has published `weights`: set them to "
                "null, or compare a representation of its layer `output`, with a classifier of "
                "kind argmax"
            )


def require_gradients(config) -> None:
    """Raise `ValueError` where the classifier of analyses has no gradient."""
    name = config.analyses.classifier
    entry = config.classifiers.get(name)
    if entry and (entry.kind != "softmax" or entry.frames):
        decides = "decides by `frames`" if entry.frames else f"is of kind {entry.kind}"
        raise ValueError(
            f"analyses.classifier: {name!r} {decides}, which has no gradient; name one of kind "
            "softmax, without frames"
        )
