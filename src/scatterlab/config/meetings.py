"""What meets must fit: sounds and what takes them, networks and the images that they are shown."""

from itertools import product

from scatterlab.config.image_sizes import smallest_image

OF_SOUNDS = ("time_scattering", "time_frequency", "concatenated", "fourier", "pixels")
"""The kinds of representations that sounds may have."""


def require_what_takes_sounds(config) -> None:
    """Raise `ValueError` where sounds meet what takes images."""
    for dataset in sorted({dataset for dataset, _ in config.met()}):
        if config.datasets[dataset].format == "sounds":
            _require_nothing_of_images(config, dataset)
    for name, question in config.questions.items():
        if config.datasets[question.dataset].format == "sounds":
            raise ValueError(
                f"questions.{name}.dataset: {question.dataset!r} holds sounds, and networks "
                "take images"
            )


def _require_nothing_of_images(config, dataset: str) -> None:
    for name in config.comparison.representations:
        kind = config.representations[name].kind
        if kind not in OF_SOUNDS:
            raise ValueError(
                f"comparison.representations: {name!r} is of kind {kind}, and {dataset!r} "
                f"holds sounds; take one of kind {' or '.join(OF_SOUNDS)}, or compare sounds "
                "in a configuration of their own"
            )
    if config.comparison.networks:
        raise ValueError(
            f"comparison.networks: they take images, and {dataset!r} holds sounds; compare "
            "sounds in a configuration of their own"
        )
    asked = [name for name in config.asked() if dataset in config.analysed("datasets", name)]
    if asked:
        raise ValueError(
            f"analyses.{asked[0]}: moves images, and {dataset!r} holds sounds; set "
            "analyses.datasets to data sets of images, or analyses.only to []"
        )


def require_like_images(config) -> None:
    """Raise `ValueError` where a network meets images that differ from those it is trained on."""
    for dataset, name in sorted(config.met()):
        source = getattr(config.representations[name], "trained_on", None)
        if source:
            _require_like(config.datasets, name, source, dataset)


def _require_like(datasets, name: str, source: str, dataset: str) -> None:
    where = f"representations.{name}.trained_on"
    if datasets[source].format == "sounds":
        raise ValueError(f"{where}: {source!r} holds sounds, and networks take images")
    for key, known, unsaid in (("size", "shape", None), ("colour", "colour", "keep")):
        theirs, ours = (getattr(datasets[one], known, unsaid) for one in (source, dataset))
        if unsaid not in (theirs, ours) and theirs != ours:
            raise ValueError(
                f"{where}: the images of {source!r} have {key} {written(theirs)}, those of "
                f"{dataset!r} {written(ours)}; give both data sets the same `{key}`"
            )


def require_large_images(config) -> None:
    """Raise `ValueError` where a network is shown images that are too small for it."""
    networks = {f"networks.{name}": network for name, network in config.networks.items()}
    networks |= {f"questions.{name}": network for name, network in config.variants().items()}
    for dataset, network in shown_to_networks(config):
        shape = getattr(config.datasets[dataset], "shape", None)
        least = smallest_image(networks[network].model_dump())
        if shape and min(shape) < least:
            raise ValueError(
                f"{network}: takes images of at least {least}×{least} pixels, and "
                f"those of {dataset!r} have {shape[0]}×{shape[1]}; set "
                f"`datasets.{dataset}.size: {least}`, or take another network"
            )


def shown_to_networks(config) -> list[tuple[str, str]]:
    """The data sets, and the networks, by their keys, that meet in training or afterwards."""
    met = [(dataset, config.representations[name]) for dataset, name in config.met()]
    asked = [
        (question.dataset, f"questions.{name}.{variant}")
        for name, question in config.questions.items()
        for variant in question.changes()
    ]
    deciding = product(config.comparison.datasets, config.comparison.networks)
    return [
        (shown, f"networks.{entry.network}")
        for dataset, entry in met
        if entry.kind == "network"
        for shown in (dataset, entry.trained_on)
        if shown
    ] + [*((dataset, f"networks.{name}") for dataset, name in deciding), *asked]


def written(value: str | tuple[int, int]) -> str:
    """A colour, or a height and width, in a message."""
    return value if isinstance(value, str) else "×".join(map(str, value))
