"""From the names of image files to samples, classes and the split that folders give."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from scatterlab.data.natural import natural
from scatterlab.data.picture import SUFFIXES
from scatterlab.data.source import SPLIT_NAMES
from scatterlab.errors import DataError, suggest

OTHER_SPLITS = {"val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class Sorted:
    """Image files in natural order: their names, labels, the classes, and the split, if given."""

    names: list[str]
    labels: np.ndarray
    class_names: list[str]
    split: np.ndarray | None


def sort_into_classes(
    names: Iterable[str],
    place: str,
    root: str = "",
    class_pattern: str | None = None,
    exclude: Sequence[str] = (),
) -> Sorted:
    """Sort the image files among `names` (a name that ends in ``/`` is a folder).

    The class of a file is the first folder below `root` (below ``train`` and ``test`` where these
    two are the only folders there), or what the group of `class_pattern` matches in the file's
    name; those of the classes `exclude` are left out. Hidden files and other than images are
    ignored. Raises `DataError`, beginning with `place`, if there is nothing to classify.
    """
    prefix = f"{root.strip('/')}/" if root.strip("/") else ""
    entries = below(names, prefix)
    images = [entry for entry in entries if is_image(entry)]
    if not images:
        where = f" in {root!r}" if root else ""
        raise DataError(
            f"{place}: no images found{where}; known suffixes: {' '.join(sorted(SUFFIXES))}"
        )
    published = has_published_split(entries, place)
    depth = 1 if published else 0
    classes = [class_of(name, depth, place, class_pattern) for name in images]
    empty = set() if class_pattern else empty_classes(entries, classes, depth)
    require_known({*classes, *empty}, exclude, place)
    kept = [number for number, name in enumerate(classes) if name not in exclude]
    images, classes = [images[number] for number in kept], [classes[number] for number in kept]
    class_names = sorted({*classes, *empty} - {*exclude}, key=natural)
    if len(class_names) < 2:
        found = f"only one class, {class_names[0]!r}," if class_names else "no class"
        raise DataError(
            f"{place}: {found} was found; if the classes are deeper, set the data set's `root`"
        )
    labels = np.array([class_names.index(name) for name in classes], np.int64)
    split = None
    if published:
        split = np.array([SPLIT_NAMES.index(parts(name)[0]) for name in images], np.int64)
        require_all_classes(labels, split, class_names, place)
    return Sorted([prefix + name for name in images], labels, class_names, split)


def require_known(classes: Iterable[str], exclude: Iterable[str], place: str) -> None:
    """Raise `DataError` for a class to `exclude` that is not among `classes`."""
    for name in exclude:
        if name not in classes:
            raise DataError(f"{place}: `exclude`: no class {name!r}; {suggest(name, classes)}")


def below(names: Iterable[str], prefix: str) -> list[str]:
    """The names that start with `prefix`, without it and without hidden ones, in natural order."""
    entries = (name[len(prefix) :] for name in names if name.startswith(prefix))
    shown = (name for name in entries if name and not any(map(is_hidden, parts(name))))
    return sorted(shown, key=natural)


def has_published_split(entries: Iterable[str], place: str) -> bool:
    """Whether ``train`` and ``test`` are the only folders; a third split beside is refused."""
    tops = {parts(entry)[0] for entry in entries if len(parts(entry)) > 1 or entry.endswith("/")}
    if set(SPLIT_NAMES) < tops <= set(SPLIT_NAMES) | OTHER_SPLITS:
        raise DataError(
            f"{place}: has the folders {', '.join(sorted(tops))}; just `train` and `test` make a "
            "split: merge or remove the others"
        )
    return tops == set(SPLIT_NAMES)


def parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name).parts


def is_hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def is_image(name: str) -> bool:
    return not name.endswith("/") and PurePosixPath(name).suffix.lower() in SUFFIXES


def class_of(name: str, depth: int, place: str, class_pattern: str | None) -> str:
    """The class of the image file `name`, whose class folder is at `depth`."""
    if class_pattern is not None:
        match = re.search(class_pattern, PurePosixPath(name).name)
        if not match or match[1] is None:
            raise DataError(
                f"{place}: {name}: `class_pattern` {class_pattern!r} does not match this name"
            )
        return match[1]
    if len(parts(name)) < depth + 2:
        raise DataError(
            f"{place}: {name} lies in no class folder; move it into one, or say by "
            "`class_pattern` how file names tell the class"
        )
    return parts(name)[depth]


def empty_classes(entries: Iterable[str], classes: Iterable[str], depth: int) -> set[str]:
    """The class folders in which there is no image."""
    folders = {
        parts(entry)[depth]
        for entry in entries
        if len(parts(entry)) > depth + 1 or (entry.endswith("/") and len(parts(entry)) > depth)
    }
    return folders - set(classes)


def require_all_classes(
    labels: np.ndarray, split: np.ndarray, class_names: list[str], place: str
) -> None:
    """Raise `DataError` unless each class has images in both folders."""
    for label, name in enumerate(class_names):
        for number, folder in enumerate(SPLIT_NAMES):
            if not np.any((labels == label) & (split == number)):
                raise DataError(
                    f"{place}: class {name!r} has too few images: 0 in `{folder}`, needed 1"
                )
