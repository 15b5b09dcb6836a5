"""Decode one sound file, and bring it to a rate, a length and one channel."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
import scipy.signal
import soundfile

from scatterlab.errors import DataError

SUFFIXES = frozenset(
    [".wav", ".au", ".snd", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".mp3"]
)
"""Files with another suffix are not taken for sounds."""

MAX_VALUES = 1 << 28
"""Samples times channels above which a sound is refused: at 44.1 kHz, an hour and 40 minutes."""

RATES = range(1, 1_000_001)
"""Samples per second that are accepted: filters that resample grow with them."""


@dataclass(frozen=True)
class Header:
    """What the header of a sound file says: samples per second, samples, channels."""

    rate: int
    samples: int
    channels: int


def header_of(data: bytes, where: str) -> Header:
    """Read the header of a sound file. Raises `DataError`, naming it as `where`."""
    with opened(data, where) as file:
        header = Header(file.samplerate, file.frames, file.channels)
    if header.samples == 0:
        raise DataError(f"{where}: the sound has no samples; mend or remove the file")
    return header


def decode(data: bytes, where: str) -> np.ndarray:
    """The sound (channel, t), float32, full scale in [−1, 1].

    Raises `DataError`, naming the file as `where`, if it is not a readable sound, is shorter than
    its header says, or holds NaN or infinite values.
    """
    with opened(data, where) as file:
        said = file.frames
        values = file.read(dtype="float32", always_2d=True).T
    if values.shape[1] != said:
        raise DataError(
            f"{where}: its header says {said} samples, and it holds {values.shape[1]}: mend or "
            "remove the file"
        )
    if not np.isfinite(values).all():
        raise DataError(f"{where}: holds NaN or infinite values; mend or remove the file")
    return values


@contextlib.contextmanager
def opened(data: bytes, where: str) -> Iterator[soundfile.SoundFile]:
    """The file, open; what libsndfile raises becomes a `DataError` that names it as `where`."""
    if not data:
        raise DataError(f"{where}: the file is empty; mend or remove it")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            require_sane(file.frames, file.channels, file.samplerate, where)
            yield file
    except soundfile.LibsndfileError as error:
        raise DataError(
            f"{where}: not a readable sound ({error.error_string}); mend or remove the file"
        ) from None


def require_sane(samples: int, channels: int, rate: int, where: str) -> None:
    """Raise `DataError` for a header that asks for more memory or work than a sound should."""
    if samples * channels > MAX_VALUES or rate not in RATES:
        raise DataError(
            f"{where}: its header says {samples:,} samples of {channels} channels at {rate:,} Hz: "
            "refused as too large; mend or remove the file"
        )


def resampled(sound: np.ndarray, rate: int, target: int) -> np.ndarray:
    """`sound` (…, t) from `rate` to `target` samples per second, by a polyphase low-pass."""
    up, down = ratio(rate, target)
    return sound if up == down else scipy.signal.resample_poly(sound, up, down, axis=-1)


def resampled_length(samples: int, rate: int, target: int) -> int:
    """The number of samples that `resampled` gives for so many."""
    up, down = ratio(rate, target)
    return -(-samples * up // down)


def ratio(rate: int, target: int) -> tuple[int, int]:
    common = gcd(rate, target)
    return target // common, rate // common


def fitted(sound: np.ndarray, length: int) -> np.ndarray:
    """The middle `length` samples of `sound` (…, t), with zeros around it where it is shorter.

    An odd sample goes to the end.
    """
    samples = sound.shape[-1]
    start = max(0, (samples - length) // 2)
    kept = sound[..., start : start + length]
    before = (length - kept.shape[-1]) // 2
    found = np.zeros((*sound.shape[:-1], length), sound.dtype)
    found[..., before : before + kept.shape[-1]] = kept
    return found
