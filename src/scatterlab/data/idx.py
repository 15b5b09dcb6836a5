"""idx files, the format of MNIST: a header, then big-endian values; plain or gzipped.

Format: http://yann.lecun.com/exdb/mnist/. Two zero bytes, a byte for the type, a byte for the
number of dimensions, then each size as a 32-bit integer, then the values.
"""

import contextlib
import gzip
import math
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from scatterlab.data.source import TEST, TRAIN, Source, archive_paths
from scatterlab.data.unpack import require_proportion
from scatterlab.errors import DataError

DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

MAX_ITEM_BYTES = 1 << 30

FOUR_FILES = "training images, training labels, test images, test labels, in this order"


@dataclass
class IdxFile:
    """An open idx file, read from front to back: ``dtype``, ``shape`` and its values."""

    path: Path
    file: BinaryIO
    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def item_bytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape[1:])

    def items(self) -> Iterator[np.ndarray]:
        """Its items (of shape ``shape[1:]``) one by one; then there must be nothing more.

        Raises `DataError` if the file ends early or goes on.
        """
        for number in range(self.shape[0]):
            data = read_whole(self.file, self.item_bytes, self.path, f"item {number}")
            yield np.frombuffer(data, self.dtype).reshape(self.shape[1:])
        self.require_end()

    def values(self) -> np.ndarray:
        """All of it at once, of shape ``shape``. Raises `DataError` as `items` does."""
        data = read_whole(self.file, self.shape[0] * self.item_bytes, self.path, "its values")
        self.require_end()
        return np.frombuffer(data, self.dtype).reshape(self.shape)

    def require_end(self) -> None:
        """Raise `DataError` if the file goes on after the items that it announces."""
        with naming(self.path):
            if self.file.read(1):
                raise DataError(f"{self.path}: goes on after the {self.shape[0]} items announced")


@contextlib.contextmanager
def open_idx(path: Path) -> Iterator[IdxFile]:
    """Open an idx file and read its header. Raises `DataError` unless it is one."""
    with path.open("rb") as plain:
        gzipped = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        with gzip.open(plain) if gzipped else contextlib.nullcontext(plain) as file:
            zeros, code, dims = struct.unpack(">HBB", read_whole(file, 4, path, "its header"))
            if zeros != 0 or code not in DTYPES or dims == 0:
                raise DataError(
                    f"{path}: not an idx file (starts with {zeros:04x} {code:02x} {dims:02x})"
                )
            sizes = read_whole(file, 4 * dims, path, "its header")
            opened = IdxFile(path, file, np.dtype(DTYPES[code]), struct.unpack(f">{dims}I", sizes))
            if opened.item_bytes > MAX_ITEM_BYTES:
                raise DataError(f"{path}: announces items of shape {opened.shape[1:]}: too large")
            announced = opened.shape[0] * opened.item_bytes
            require_proportion(announced, path.stat().st_size, path, "what its header announces")
            yield opened


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn the errors of a damaged gzip file into a `DataError` that names it."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: the gzip file is truncated or damaged ({error})") from None


def read_whole(file: BinaryIO, count: int, path: Path, what: str) -> bytes:
    """The next `count` bytes. Raises `DataError` if the file ends before."""
    with naming(path):
        data = file.read(count)
    if len(data) != count:
        raise DataError(f"{path}: ends within {what}: {count} bytes expected, {len(data)} found")
    return data


def read_labels(path: Path) -> np.ndarray:
    """The labels in an idx file, int64 (sample,), as they are there."""
    with open_idx(path) as file:
        if len(file.shape) != 1 or file.dtype.kind not in "iu":
            raise DataError(
                f"{path}: labels are one dimension of integers, not {len(file.shape)} of "
                f"{file.dtype.name}"
            )
        return file.values().astype(np.int64)


def image_layout(path: Path) -> tuple[int, tuple[int, int, int], np.dtype]:
    """How many images an idx file holds, their (channel, y, x), and their dtype in a store."""
    with open_idx(path) as file:
        count, *sizes = file.shape
        if file.dtype not in (np.uint8, ">f4", ">f8"):
            raise DataError(f"{path}: images are uint8 or floats in [0, 1], not {file.dtype.name}")
        if len(sizes) == 3 and sizes[2] in (1, 3):
            sizes = [sizes[2], *sizes[:2]]
        elif len(sizes) == 2:
            sizes = [1, *sizes]
        else:
            raise DataError(
                f"{path}: images are (sample, y, x[, channel 1 or 3]), not {file.shape}"
            )
        if 0 in (count, *sizes):
            raise DataError(f"{path}: holds no images: its shape is {file.shape}")
        return count, tuple(sizes), np.dtype(np.uint8 if file.dtype == np.uint8 else np.float32)


def read_images(path: Path) -> Iterator[np.ndarray]:
    """The images in an idx file, one by one: (channel, y, x), uint8 or float32."""
    with open_idx(path) as file:
        for number, item in enumerate(file.items()):
            image = item[None] if item.ndim == 2 else np.moveaxis(item, -1, 0)
            if item.dtype.kind == "f":
                if not (image.min() >= 0 and image.max() <= 1):
                    raise DataError(f"{path}: image {number} has values outside [0, 1]")
                image = image.astype(np.float32)
            yield image


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """Training and test images and labels of four idx files; the published split and order."""
    paths = archive_paths(archives, 4, FOUR_FILES)
    parts = [part_layout(*paths[:2]), part_layout(*paths[2:])]
    (_, shape, dtype), (_, test_shape, test_dtype) = (layout for layout, _ in parts)
    if (shape, dtype) != (test_shape, test_dtype):
        raise DataError(
            f"{paths[2]}: test images are {test_dtype} {test_shape}, "
            f"training images {dtype} {shape}"
        )
    train, test = (labels for _, labels in parts)
    values, labels = np.unique(np.concatenate([train, test]), return_inverse=True)
    yield Source(
        labels=labels.astype(np.int64),
        split=np.repeat([TRAIN, TEST], [len(train), len(test)]),
        class_names=name_classes(values, spec.get("class_names") or []),
        shape=shape,
        dtype=dtype,
        images=lambda wanted: chosen_images([paths[0], paths[2]], wanted),
        provenance={"split": "as published"},
    )


def part_layout(images: Path, labels: Path) -> tuple[tuple, np.ndarray]:
    """Layout of the images and the labels of one split, of which there must be as many."""
    layout, values = image_layout(images), read_labels(labels)
    if layout[0] != len(values):
        raise DataError(f"{images} holds {layout[0]} images, {labels} {len(values)} labels")
    return layout, values


def name_classes(values: Sequence[int], names: Sequence[str]) -> list[str]:
    """The names of the classes that occur; `names` says what label 0, 1, 2, … mean."""
    if not names:
        return [str(value) for value in values]
    if values[0] < 0 or values[-1] >= len(names):
        raise DataError(
            f"label {values[0] if values[0] < 0 else values[-1]} has no name: `class_names` "
            f"names labels 0 to {len(names) - 1}"
        )
    return [names[value] for value in values]


def chosen_images(paths: Sequence[Path], wanted: Sequence[int]) -> Iterator[np.ndarray]:
    """The images with numbers `wanted` (increasing), counted through all files of `paths`."""
    every = enumerate(image for path in paths for image in read_images(path))
    for sample in wanted:
        yield next(image for number, image in every if number == sample)
    next(every, None)  # after the last image of all, sees that the file ends there
