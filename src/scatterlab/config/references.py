"""Whatever the configuration names, it defines."""

from collections.abc import Iterator

from scatterlab.config.layers import network_layers, representation_layers
from scatterlab.errors import suggest


def require_names(config) -> None:
    """Raise `ValueError` for the first name that the section which must define it does not have."""
    for where, names, section in references(config):
        known = getattr(config, section)
        for name in names:
            if name not in known:
                raise ValueError(
                    f"{where}: {name!r} is not one of `{section}`; {suggest(name, known)}"
                )


def require_layers(config) -> None:
    """Raise `ValueError` for the first layer that its network or representation does not have."""
    networks = {name: network.model_dump() for name, network in config.networks.items()}
    for name, entry in config.representations.items():
        if entry.kind == "network" and entry.layer not in network_layers(networks[entry.network]):
            raise ValueError(
                f"representations.{name}.layer: the network {entry.network!r} has no layer "
                f"{entry.layer!r}; {suggest(entry.layer, network_layers(networks[entry.network]))}"
            )
    for analysis in config.asked():
        for name, layers in getattr(getattr(config.analyses, analysis), "layers", {}).items():
            known = representation_layers(config.representations[name].model_dump(), networks)
            for layer in layers:
                if layer not in known:
                    raise ValueError(
                        f"analyses.{analysis}.layers.{name}: it has no layer {layer!r}; "
                        f"{suggest(layer, known)}"
                    )


def references(config) -> Iterator[tuple[str, list[str], str]]:
    """(where, names, section that must define them) for every name that the config uses."""
    yield from _of_comparison(config)
    yield from _of_analyses(config.analyses, config.asked())
    for name, entry in config.representations.items():
        if entry.kind == "network":
            yield f"representations.{name}.network", [entry.network], "networks"
            trained_on = [entry.trained_on] if entry.trained_on else []
            yield f"representations.{name}.trained_on", trained_on, "datasets"
    for name, question in config.questions.items():
        yield f"questions.{name}.dataset", [question.dataset], "datasets"
        yield f"questions.{name}.base", [question.base], "networks"
    for number, row in enumerate(config.published):
        for section in ("datasets", "representations", "classifiers"):
            yield f"published[{number}]", [getattr(row, section[:-1])], section


def _of_comparison(config):
    for section in ("datasets", "representations", "classifiers", "networks"):
        yield f"comparison.{section}", getattr(config.comparison, section), section
    yield "comparison.train_sizes", config.comparison.train_sizes, "datasets"


def _of_analyses(analyses, asked):
    for section in ("datasets", "representations"):
        yield f"analyses.{section}", getattr(analyses, section) or [], section
        for name in asked:
            own = getattr(getattr(analyses, name), section) or []
            yield f"analyses.{name}.{section}", own, section
    for name in asked:
        yield f"analyses.{name}.without", getattr(analyses, name).without, "representations"
    for name in asked:
        for key, section in (("layers", "representations"), ("grids", "datasets")):
            named = getattr(getattr(analyses, name), key, {})
            yield f"analyses.{name}.{key}", named, section
        backgrounds = getattr(getattr(analyses, name), "backgrounds", None)
        yield f"analyses.{name}.backgrounds", [backgrounds] if backgrounds else [], "datasets"
    if analyses.classifier:
        yield "analyses.classifier", [analyses.classifier], "classifiers"
