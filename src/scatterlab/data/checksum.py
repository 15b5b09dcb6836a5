"""Checksums of files, and of what a gzip file holds."""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from scatterlab.data.unpack import BLOCK, MAX_RATIO, SMALL_BYTES


class TooLargeError(Exception):
    """A file goes on after as many bytes as are read."""


def digests_of(file: BinaryIO, kinds: Iterable[str], limit: int | None = None) -> list[str]:
    """``kind:hex`` of all bytes of `file` for each of `kinds` (sha256, md5), read once.

    Raises `TooLargeError` if there are more than `limit`.
    """
    hashes, taken = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds}, 0
    while block := file.read(BLOCK):
        taken += len(block)
        if limit is not None and taken > limit:
            raise TooLargeError
        for digest in hashes.values():
            digest.update(block)
    return [f"{kind}:{digest.hexdigest()}" for kind, digest in hashes.items()]


def mismatch(path: Path, archive: Mapping) -> str | None:
    """None if `path` is the file that `archive` describes, else what was expected and found.

    A file is right if one of ``archive["digests"]`` is its own checksum, or how that begins, or if
    ``archive["unpacked"]`` is the checksum of what it holds once gunzipped.
    """
    accepted, unpacked = archive.get("digests") or [], archive.get("unpacked")
    expected, found = [], []
    if accepted:
        with path.open("rb") as file:
            own = digests_of(file, dict.fromkeys(digest.split(":")[0] for digest in accepted))
        if any(digest.startswith(tuple(accepted)) for digest in own):
            return None
        expected, found = list(accepted), own
    if unpacked:
        inner = unpacked_digest(path, unpacked.split(":")[0])
        if inner == unpacked:
            return None
        expected, found = [*expected, f"unpacked {unpacked}"], [*found, f"unpacked {inner}"]
    size = path.stat().st_size
    return f"expected {' or '.join(expected)}, found {', '.join(found)} ({size:,} bytes)"


def unpacked_digest(path: Path, kind: str) -> str:
    """``kind:hex`` of what the gzip file `path` holds, or why it cannot be unpacked."""
    limit = max(SMALL_BYTES, MAX_RATIO * path.stat().st_size)
    try:
        with gzip.open(path) as file:
            return digests_of(file, [kind], limit)[0]
    except TooLargeError:
        return f"nothing, as the gzip file unpacks to more than {limit:,} bytes"
    except EOFError:
        return "nothing, as the gzip file is truncated"
    except (gzip.BadGzipFile, zlib.error) as error:
        return f"nothing, as the gzip file is damaged ({error})"
