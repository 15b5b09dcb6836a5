"""Any sounds in class folders: in a folder on this machine, or in a zip or tar archive."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from scatterlab.data.arrangement import arrange
from scatterlab.data.classes import FileKind
from scatterlab.data.files import Files, open_files
from scatterlab.data.sound import (
    SUFFIXES,
    Header,
    decode,
    fitted,
    header_of,
    require_sane,
    resampled,
    resampled_length,
)
from scatterlab.data.source import Source
from scatterlab.errors import DataError

SOUNDS = FileKind("sounds", SUFFIXES)


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The sounds of `spec` (`scatterlab.config.datasets.Sounds`), decoded when asked for.

    They are float32, full scale in [−1, 1], as images of height 1: (1, 1, t), and the store gets
    their ``rate`` in Hz. Every header is read first: sounds of another rate, length or number of
    channels than `spec` lets them have stop the preparation, with the file that is meant.
    """
    with open_files(spec, archives) as files:
        arranged = arrange(files, spec, SOUNDS)
        wheres = [files.where(name) for name in arranged.names]
        with tqdm(arranged.names, desc="headers", unit="sound", mininterval=1) as bar:
            headers = [header_of(files.read(name), files.where(name)) for name in bar]
        require_one_channel(headers, wheres, spec["channels"])
        rate = common_rate(headers, wheres, spec["rate"])
        lengths = [resampled_length(header.samples, header.rate, rate) for header in headers]
        for samples, where in zip(lengths, wheres, strict=True):
            require_sane(samples, 1, rate, where)
        length = common_length(lengths, wheres, spec["length"], spec["fit"])
        yield Source(
            labels=arranged.labels,
            split=arranged.split,
            class_names=arranged.class_names,
            factors=arranged.factors,
            shape=(1, 1, length),
            dtype=np.dtype(np.float32),
            images=lambda wanted: read_sounds(
                files, [arranged.names[number] for number in wanted], rate, length
            ),
            provenance={
                "split": arranged.decided,
                "rates": sorted({header.rate for header in headers}),
                "lengths": [min(lengths), max(lengths)],
                "channels_found": sorted({header.channels for header in headers}),
            },
            attrs={"rate": rate},
        )


def read_sounds(files: Files, names: Sequence[str], rate: int, length: int) -> Iterator[np.ndarray]:
    """The sounds `names`, one by one, (1, 1, `length`) float32: the mean of their channels."""
    for name in names:
        data, where = files.read(name), files.where(name)
        sound = decode(data, where).mean(axis=0, dtype=np.float32)
        sound = resampled(sound, header_of(data, where).rate, rate)
        yield fitted(sound, length).astype(np.float32)[None, None]


def require_one_channel(headers: Sequence[Header], wheres: Sequence[str], channels: str) -> None:
    """Raise `DataError` for a sound of several channels, unless their mean is wanted."""
    for header, where in zip(headers, wheres, strict=True):
        if header.channels > 1 and channels == "one":
            raise DataError(
                f"{where}: has {header.channels} channels; set the data set's `channels: mean`"
            )


def common_rate(headers: Sequence[Header], wheres: Sequence[str], wanted: int | None) -> int:
    """`wanted`, or the rate that all sounds have. Raises `DataError` where they differ."""
    first = headers[0].rate
    for header, where in zip(headers, wheres, strict=True):
        if wanted is None and header.rate != first:
            raise DataError(
                f"{where}: has {header.rate} samples per second, and {wheres[0]} has {first}; "
                f"set the data set's `rate` (such as {min(header.rate, first)}) to resample them"
            )
    return first if wanted is None else wanted


def common_length(
    lengths: Sequence[int], wheres: Sequence[str], wanted: int | None, fit: str
) -> int:
    """`wanted`, or the length that all sounds have, in samples at the common rate.

    Raises `DataError` for a sound that `fit` does not let be brought to it.
    """
    length = lengths[0] if wanted is None else wanted
    for found, where in zip(lengths, wheres, strict=True):
        change = "pad" if found < length else "crop"
        if found == length or change in fit:
            continue
        if wanted is None:
            raise DataError(
                f"{where}: has {found} samples, and {wheres[0]} has {length}; set the data set's "
                "`length`, and `fit` to pad, crop or pad_and_crop"
            )
        both = "pad_and_crop" if fit != "exact" else f"{change} (or pad_and_crop)"
        raise DataError(
            f"{where}: has {found} samples, not `length: {length}`, and `fit: {fit}` does not "
            f"change that; set `fit: {both}`"
        )
    return length
