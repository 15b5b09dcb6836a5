"""CIFAR-10 and CIFAR-100, binary version, and archives in their format.

Format: https://www.cs.toronto.edu/~kriz/cifar.html. A record is one label byte (CIFAR-10) or a
coarse and a fine label byte (CIFAR-100), then 3 × 32 × 32 bytes: red, green and blue planes.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from scatterlab.data.natural import natural
from scatterlab.data.source import TEST, TRAIN, Source, archive_paths
from scatterlab.data.unpack import Members, open_archive
from scatterlab.errors import DataError

SHAPE = (3, 32, 32)
BLOCK = 1000
"""Records read at a time."""


@dataclass(frozen=True)
class Layout:
    """Names of the files in the archive, and the place of the label in a record."""

    train: str
    test: str
    names: str
    label_bytes: int

    @property
    def record_bytes(self) -> int:
        return self.label_bytes + int(np.prod(SHAPE))


LAYOUTS = {
    10: Layout(r"data_batch_\d+\.bin", r"test_batch\.bin", r"batches\.meta\.txt", 1),
    100: Layout(r"train\.bin", r"test\.bin", r"fine_label_names\.txt", 2),
}


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """Training and test images, uint8; the published split and order, the fine labels."""
    (path,) = archive_paths(archives, 1, "the tar archive of the binary version")
    layout = LAYOUTS[spec["classes"]]
    with open_archive(path) as members:
        class_names = read_names(members, layout, spec["classes"])
        train, test = (find(members, part) for part in (layout.train, layout.test))
        labels = [read_labels(members, name, layout, class_names) for name in train + test]
        trained = sum(map(len, labels[: len(train)]))
        tested = sum(map(len, labels[len(train) :]))
        yield Source(
            labels=np.concatenate(labels),
            split=np.repeat([TRAIN, TEST], [trained, tested]),
            class_names=class_names,
            shape=SHAPE,
            dtype=np.dtype(np.uint8),
            images=lambda wanted: read_images(
                members, train + test, list(map(len, labels)), layout, wanted
            ),
            provenance={"split": "as published"},
        )


def find(members: Members, pattern: str) -> list[str]:
    """The members whose file name is `pattern`, in natural order; `DataError` if none."""
    found = [name for name in members.names if re.fullmatch(pattern, PurePosixPath(name).name)]
    if not found:
        raise DataError(
            f"{members.path}: has no file {pattern}; it is not a CIFAR archive (binary version) "
            "of this number of classes"
        )
    return sorted(found, key=natural)


def read_names(members: Members, layout: Layout, classes: int) -> list[str]:
    """The names of the classes, one a line in the archive's text file."""
    (name,) = find(members, layout.names)[:1]
    names = members.read(name).decode("utf-8", errors="replace").split()
    if len(names) != classes:
        raise DataError(f"{members.where(name)}: names {len(names)} classes, not {classes}")
    return names


def read_labels(
    members: Members, name: str, layout: Layout, class_names: Sequence[str]
) -> np.ndarray:
    """The (fine) labels in one file, int64 (sample,)."""
    labels = []
    with members.open(name) as file:
        while block := file.read(BLOCK * layout.record_bytes):
            if len(block) % layout.record_bytes:
                raise DataError(
                    f"{members.where(name)}: its size is not a whole number of records of "
                    f"{layout.record_bytes} bytes"
                )
            records = np.frombuffer(block, np.uint8).reshape(-1, layout.record_bytes)
            labels.append(records[:, layout.label_bytes - 1].astype(np.int64))
    if not labels:
        raise DataError(f"{members.where(name)}: is empty")
    labels = np.concatenate(labels)
    if labels.max() >= len(class_names):
        raise DataError(f"{members.where(name)}: has the label {labels.max()}, which has no name")
    return labels


def read_images(
    members: Members, names: Sequence[str], counts: Sequence[int], layout: Layout, wanted
) -> Iterator[np.ndarray]:
    """The images `wanted` (numbers through all files, of `counts` records), uint8 (3, 32, 32)."""
    wanted = np.asarray(wanted)
    for name, count, start in zip(names, counts, np.cumsum([0, *counts]), strict=False):
        with members.open(name) as file:
            for number in wanted[(wanted >= start) & (wanted < start + count)] - start:
                file.seek(int(number) * layout.record_bytes + layout.label_bytes)
                yield np.frombuffer(file.read(int(np.prod(SHAPE))), np.uint8).reshape(SHAPE)
