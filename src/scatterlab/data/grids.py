"""Images that are drawn over a full grid of factors, as a source."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scatterlab.data.factors import Factor, in_order
from scatterlab.data.source import Source
from scatterlab.data.split import drawn_as, seeded_split, storing_order


def height_and_width(size: int | Sequence[int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)


def grid_source(
    factors: Mapping[str, Factor],
    classes: str,
    shape: tuple[int, int, int],
    draw: Callable[[int], np.ndarray],
    split: Mapping,
) -> Source:
    """The images `draw` (sample of the grid) → uint8 of `shape`; the factor `classes` has labels.

    `split` is `scatterlab.config.images.SeededSplit`; in each of its parts the classes take turns,
    and the images of a class come at random.
    """
    labels = factors[classes].numbers.astype(np.int64)
    class_names = [str(level) for level in factors[classes].levels]
    parts = seeded_split(labels, class_names, split)
    order = storing_order_of(
        np.random.default_rng(split["seed"]).permutation(len(labels)), labels, parts
    )
    return Source(
        labels=labels[order],
        split=parts[order],
        class_names=class_names,
        shape=shape,
        dtype=np.dtype(np.uint8),
        images=lambda wanted: (draw(order[sample]) for sample in wanted),
        provenance={"split": drawn_as(split)},
        factors=in_order(factors, order),
    )


def storing_order_of(mixed: np.ndarray, labels: np.ndarray, split: np.ndarray) -> np.ndarray:
    """The order of storing, where the samples of a class in a part come as they do in `mixed`."""
    return mixed[storing_order(labels[mixed], split[mixed])]
