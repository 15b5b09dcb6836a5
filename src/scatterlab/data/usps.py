"""USPS: handwritten digits of 16×16 pixels in the text files ``zip.train`` and ``zip.test``.

Y. LeCun et al., "Handwritten digit recognition with a back-propagation network" (1990); the files
belong to T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning". Each line
is a label, then 256 grey values in [−1, 1].
"""

import contextlib
import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from scatterlab.data.source import TEST, TRAIN, Source, archive_paths
from scatterlab.errors import DataError

SIDE = 16

MAX_LINE, MAX_LINES = 1 << 14, 1 << 17
"""Bytes in a line, and lines, that are read: a gzip file could unpack to any number."""


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """Training and test digits, float32 in [0, 1]; the published split and order."""
    paths = archive_paths(archives, 2, "zip.train, zip.test, in this order")
    (train, train_labels), (test, test_labels) = map(read_digits, paths)
    images = np.concatenate([train, test])
    yield Source(
        labels=np.concatenate([train_labels, test_labels]),
        split=np.repeat([TRAIN, TEST], [len(train), len(test)]),
        class_names=[str(digit) for digit in range(10)],
        shape=(1, SIDE, SIDE),
        dtype=images.dtype,
        images=lambda wanted: (images[sample] for sample in wanted),
        provenance={"split": "as published"},
    )


def read_digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (sample, 1, 16, 16), float32 in [0, 1], and labels (sample,), int64.

    Raises `DataError` naming the line that is not a label and 256 values.
    """
    rows = []
    with path.open("rb") as plain:
        gzipped = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        with gzip.open(plain) if gzipped else contextlib.nullcontext(plain) as lines:
            try:
                for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE), b""), start=1):
                    if number > MAX_LINES:
                        raise DataError(f"{path}: has more than {MAX_LINES:,} lines: not USPS")
                    rows.append(parse(line, path, number))
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise DataError(f"{path}: the gzip file is truncated ({error})") from None
    if not rows:
        raise DataError(f"{path}: holds no digits")
    table = np.stack(rows)
    images = (table[:, 1:] + 1) / 2
    return images.reshape(-1, 1, SIDE, SIDE), table[:, 0].astype(np.int64)


def parse(line: bytes, path: Path, number: int) -> np.ndarray:
    """One line as 257 float32 values."""
    try:
        row = np.array(line.split(), np.float32)
    except ValueError as error:
        raise DataError(f"{path}: line {number} is not numbers ({error})") from None
    if len(row) != 1 + SIDE * SIDE:
        raise DataError(f"{path}: line {number} has {len(row)} numbers, not {1 + SIDE * SIDE}")
    if row[0] not in range(10):
        raise DataError(f"{path}: line {number} has the label {row[0]:g}, not a digit")
    if not np.all(np.abs(row[1:]) <= 1):
        raise DataError(f"{path}: line {number} has a grey value outside [−1, 1]")
    return row
