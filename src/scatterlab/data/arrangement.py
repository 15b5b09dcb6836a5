"""Files as samples: their classes, the split, and the order in which they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scatterlab.data.classes import FileKind, sort_into_classes
from scatterlab.data.factors import Factor, factors_in_names
from scatterlab.data.files import Files
from scatterlab.data.split import drawn_as, seeded_split, storing_order


@dataclass(frozen=True)
class Arranged:
    """Files in the order of storing: names, labels, split, what decided it, and factors."""

    names: list[str]
    labels: np.ndarray
    split: np.ndarray
    class_names: list[str]
    decided: str | dict
    factors: dict[str, Factor]


def arrange(files: Files, spec: Mapping, kind: FileKind) -> Arranged:
    """The files of a `kind` among `files`, as `spec` (`config.datasets.Files`) says.

    In each split the classes take turns. Raises `DataError` where there is nothing to classify,
    a class is too small for the split, or the pattern for factors does not match a name.
    """
    found = sort_into_classes(
        files.names,
        str(files.path),
        kind,
        spec.get("root") or "",
        spec.get("class_pattern"),
        spec.get("exclude") or (),
        spec.get("test_pattern"),
    )
    if found.split is None:
        split = seeded_split(found.labels, found.class_names, spec["split"])
        decided = drawn_as(spec["split"])
    else:
        split = found.split
        decided = "by name" if spec.get("test_pattern") else "by folder"
    order = storing_order(found.labels, split)
    names = [found.names[number] for number in order]
    pattern = spec.get("factors")
    factors = factors_in_names(names, pattern, str(files.path)) if pattern else {}
    return Arranged(names, found.labels[order], split[order], found.class_names, decided, factors)
