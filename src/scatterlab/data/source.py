"""What every reader gives: labels and splits at once, images one by one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from scatterlab.data.factors import Factor
from scatterlab.errors import ConfigError, DataError

TRAIN, TEST = 0, 1
SPLIT_NAMES = ("train", "test")


@dataclass(frozen=True)
class Source:
    """A data set that is open for reading; training samples come first.

    Attributes
    ----------
    labels : class of each sample, int64 (sample,).
    split : `TRAIN` or `TEST`, int64 (sample,), not decreasing.
    class_names : the name of class k at place k.
    shape : (channel, y, x) of the images; where they differ, what most of them are like.
    dtype : of the images: uint8 (value/255 is meant) or float32 (in [0, 1]); of sounds, which
        are images of height 1: float32 (full scale in [−1, 1]).
    images : called with sample numbers in increasing order, gives their images one by one, each
        an array (channel, y, x) of `dtype`; only where images differ may its shape differ from
        `shape`.
    provenance : what the reader decided, as JSON can hold it.
    factors : what the images were made by, by name; the same order in every store.
    attrs : what else the store's attributes say, such as the ``rate`` of sounds in Hz.
    """

    labels: np.ndarray
    split: np.ndarray
    class_names: list[str]
    shape: tuple[int, int, int]
    dtype: np.dtype
    images: Callable[[Sequence[int]], Iterator[np.ndarray]]
    provenance: dict = field(default_factory=dict)
    factors: dict[str, Factor] = field(default_factory=dict)
    attrs: dict = field(default_factory=dict)

    def __post_init__(self):
        if not np.all(np.diff(self.split) >= 0):
            raise ValueError("training samples must come first")
        for split, name in enumerate(SPLIT_NAMES):
            if split not in self.split:
                raise DataError(f"the data set has no {name} samples")


def archive_paths(archives: dict, count: int, wanted: str) -> list:
    """The paths in `archives` (file → path), of which there must be `count`."""
    if len(archives) != count:
        raise ConfigError(f"`archives` names {len(archives)} files, not {count}: {wanted}")
    return list(archives.values())
