"""From the names of files to samples, classes and the split that the names give."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from scatterlab.data.natural import natural
from scatterlab.data.source import SPLIT_NAMES, TEST, TRAIN
from scatterlab.errors import DataError, suggest

OTHER_SPLITS = {"val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class FileKind:
    """What is sought: the name of its plural in messages, and its files' suffixes."""

    plural: str
    suffixes: frozenset[str]


@dataclass(frozen=True)
class Sorted:
    """Files in natural order: their names, labels, the classes, and the split, if given."""

    names: list[str]
    labels: np.ndarray
    class_names: list[str]
    split: np.ndarray | None


def sort_into_classes(
    names: Iterable[str],
    place: str,
    kind: FileKind,
    root: str = "",
    class_pattern: str | None = None,
    exclude: Sequence[str] = (),
    test_pattern: str | None = None,
) -> Sorted:
    """Sort the files of a `kind` among `names` (a name that ends in ``/`` is a folder).

    The class of a file is the first folder below `root` (below ``train`` and ``test`` where these
    two are the only folders there), or what the group of `class_pattern` matches in the file's
    name; those of the classes `exclude` are left out. The split is given by `test_pattern`, found
    in the names of files for the test, or by ``train`` and ``test``. Hidden files and those of
    other kinds are ignored. Raises `DataError`, beginning with `place`, if there is nothing to
    classify.
    """
    prefix = f"{root.strip('/')}/" if root.strip("/") else ""
    entries = below(names, prefix)
    files = [entry for entry in entries if has_suffix(entry, kind.suffixes)]
    if not files:
        where = f" in {root!r}" if root else ""
        known = " ".join(sorted(kind.suffixes))
        raise DataError(f"{place}: no {kind.plural} found{where}; known suffixes: {known}")
    published = has_published_split(entries, place)
    depth = 1 if published else 0
    classes = [class_of(name, depth, place, class_pattern) for name in files]
    empty = set() if class_pattern else empty_classes(entries, classes, depth)
    require_known({*classes, *empty}, exclude, place)
    kept = [number for number, name in enumerate(classes) if name not in exclude]
    files, classes = [files[number] for number in kept], [classes[number] for number in kept]
    class_names = sorted({*classes, *empty} - {*exclude}, key=natural)
    require_text(class_names, place)
    if len(class_names) < 2:
        found = f"only one class, {class_names[0]!r}," if class_names else "no class"
        raise DataError(
            f"{place}: {found} was found; if the classes are deeper, set the data set's `root`"
        )
    labels = np.array([class_names.index(name) for name in classes], np.int64)
    split = None
    if test_pattern is not None:
        tested = [re.search(test_pattern, PurePosixPath(name).name) for name in files]
        split = np.array([TEST if found else TRAIN for found in tested], np.int64)
    elif published:
        split = np.array([SPLIT_NAMES.index(parts(name)[0]) for name in files], np.int64)
    if split is not None:
        require_all_classes(labels, split, class_names, place)
    return Sorted([prefix + name for name in files], labels, class_names, split)


def require_known(classes: Iterable[str], exclude: Iterable[str], place: str) -> None:
    """Raise `DataError` for a class to `exclude` that is not among `classes`."""
    for name in exclude:
        if name not in classes:
            raise DataError(f"{place}: `exclude`: no class {name!r}; {suggest(name, classes)}")


def require_text(class_names: Iterable[str], place: str) -> None:
    """Raise `DataError` for the name of a class whose bytes are not UTF-8."""
    for name in class_names:
        try:
            name.encode()
        except UnicodeEncodeError:
            raise DataError(f"{place}: class {name!r} is not named in UTF-8; rename it") from None


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


def has_suffix(name: str, suffixes: frozenset[str]) -> bool:
    return not name.endswith("/") and PurePosixPath(name).suffix.lower() in suffixes


def class_of(name: str, depth: int, place: str, class_pattern: str | None) -> str:
    """The class of the file `name`, whose class folder is at `depth`."""
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
    """The class folders in which there is no file of the kind."""
    folders = {
        parts(entry)[depth]
        for entry in entries
        if len(parts(entry)) > depth + 1 or (entry.endswith("/") and len(parts(entry)) > depth)
    }
    return folders - set(classes)


def require_all_classes(
    labels: np.ndarray, split: np.ndarray, class_names: list[str], place: str
) -> None:
    """Raise `DataError` unless each class has samples in both parts of the split."""
    for label, name in enumerate(class_names):
        for number, folder in enumerate(SPLIT_NAMES):
            if not np.any((labels == label) & (split == number)):
                raise DataError(
                    f"{place}: class {name!r} has too few samples: 0 in `{folder}`, needed 1"
                )
