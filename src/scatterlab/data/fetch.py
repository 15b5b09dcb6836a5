"""Fetch an archive from a mirror or from where it is published, and keep it only if it is right."""

import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from scatterlab.data.checksum import mismatch
from scatterlab.errors import ConfigError, DataError
from scatterlab.stores.atomic import replacing

RETRIES = 3
"""How often a download that fails is tried again."""
TIMEOUT = 30
"""Seconds without a byte after which a server is given up."""
PERIOD, SLOWEST = 60, 1000
"""Seconds, and bytes a second: a server that is slower for so long is given up."""
MAX_BYTES = 64 << 30
"""Of an archive: a server that sends more is not sending it."""
ASK_AGAIN = (408, 429)
"""What servers that are busy say, beside 500 and above."""
LONGEST_WAIT = 300
"""Seconds: a server that asks to be left alone for longer (Retry-After) is given up."""

SET_A_MIRROR = (
    "To use local copies, name their folder or URL prefix by the key `mirror` of the "
    "configuration or by the environment variable SCATTERLAB_MIRROR"
)


class UnavailableError(Exception):
    """A place does not have the right file, or cannot be reached."""


class Limited:
    """A `file` to write to, of at most `limit` bytes, that come at a pace.

    Raises `UnavailableError` at more, and for less than `SLOWEST` bytes a second in a `PERIOD`.
    """

    def __init__(self, file: BinaryIO, limit: int):
        self._file, self._limit, self._taken = file, limit, 0
        self._since, self._before = time.monotonic(), 0
        self.flush = file.flush

    def write(self, block: bytes) -> None:
        self._taken += len(block)
        self._require_pace()
        if self._taken > self._limit:
            raise UnavailableError(f"sends more than {self._limit:,} bytes: not an archive")
        self._file.write(block)

    def _require_pace(self) -> None:
        seconds, new = time.monotonic() - self._since, self._taken - self._before
        if seconds < PERIOD:
            return
        if new < SLOWEST * seconds:
            raise UnavailableError(f"sent {new:,} bytes in {seconds:.0f} seconds: too slow")
        self._since, self._before = time.monotonic(), self._taken


def fetch_archive(archive: Mapping, target: Path, mirror: str | None = None) -> None:
    """Put the file that `archive` describes at `target`, verified.

    Parameters
    ----------
    archive : mapping with ``file`` (path inside a mirror), ``url`` (or None), ``digests`` and
        ``unpacked``, as `scatterlab.config.images.Archive`.
    target : where the file is put; one that is already right is left alone.
    mirror : a folder, or a URL prefix (http, https or file), that is asked before ``url``.

    A place that has another file under the name is told on stderr, and the next one is asked.
    Raises `ConfigError` if the mirror is not an existing folder or a URL, and `DataError` if no
    place has the right file; then nothing is left at `target` but what stood there before.
    """
    target = Path(target)
    tried = []
    places = places_of(archive, mirror)
    if target.is_file() and mismatch(target, archive) is None:
        return
    for place in places:
        try:
            obtain(place, archive, target)
            return
        except UnavailableError as reason:
            tried.append(f"{place}: {reason}")
            print(tried[-1], file=sys.stderr)
    if not archive.get("url"):
        tried.append("it has no URL of its own: it can come from a mirror only")
    raise DataError(
        f"{archive['file']} could not be fetched; tried:\n  " + "\n  ".join(tried) + "\n"
        f"{SET_A_MIRROR} (there, the file is {archive['file']})."
    )


def places_of(archive: Mapping, mirror: str | None) -> list[str | Path]:
    """Where to look, in order: a local path or a URL each."""
    places = [archive["url"]] if archive.get("url") else []
    if not mirror:
        return places
    if urlsplit(mirror).scheme in ("http", "https"):
        return [f"{mirror.rstrip('/')}/{quote(archive['file'])}", *places]
    folder = Path(unquote(urlsplit(mirror).path) if mirror.startswith("file://") else mirror)
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"mirror: {mirror} is not an existing folder (nor an http, https or file URL). "
            f"{SET_A_MIRROR}, or leave it unset."
        )
    return [folder / archive["file"], *places]


def obtain(place: str | Path, archive: Mapping, target: Path) -> None:
    """Copy or download the file from `place` to `target`; keep it if its checksum is right."""
    with replacing(target) as made:
        if isinstance(place, Path):
            if not place.is_file():
                raise UnavailableError("no such file")
            shutil.copyfile(place, made)
        else:
            download(place, made)
        if wrong := mismatch(made, archive):
            raise UnavailableError(
                f"wrong checksum: {wrong}. It is corrupted, truncated or another version, and was "
                "not kept. Fetch it again, or replace it there."
            )


def pause_asked_for(response) -> float:
    """Seconds for which a busy server's `response` asks to be left alone, in seconds or by a date.

    Raises `UnavailableError` where that is longer than `LONGEST_WAIT`.
    """
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        seconds = Retry().get_retry_after(response.raw) or 0
    except InvalidHeader:
        seconds = 0
    if seconds > LONGEST_WAIT:
        raise UnavailableError(
            f"{response.status_code} {response.reason}: it asks to be left alone for "
            f"{seconds:,.0f} seconds. Try again then."
        )
    return seconds


def download(url: str, made: Path) -> None:
    """Download `url` to `made` with a progress bar, trying again when the connection fails."""
    import pooch
    import requests

    # a server that unzips a .gz on its way would change the bytes
    over_http = pooch.HTTPDownloader(
        progressbar=True, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}
    )

    pauses = []  # before the next try, if there is one

    def once(address, path, asker):
        if pauses and (seconds := pauses.pop()):
            print(f"{address} asks to wait for {seconds:.0f} seconds", file=sys.stderr)
            time.sleep(seconds)
        Path(path).unlink()  # for its owner alone, in a folder that is so already
        try:
            with Path(path).open("wb") as file:
                over_http(address, Limited(file, MAX_BYTES), asker)
        except requests.exceptions.HTTPError as error:
            status = error.response.status_code
            if status < 500 and status not in ASK_AGAIN:  # it would not help
                raise UnavailableError(str(error)) from None
            pauses.append(pause_asked_for(error.response))
            raise

    pooch.get_logger().setLevel("WARNING")
    fetcher = pooch.create(
        path=made.parent,
        base_url="",
        registry={made.name: None},
        urls={made.name: url},
        retry_if_failed=RETRIES,
    )
    try:
        fetcher.fetch(made.name, downloader=once)
    except (requests.exceptions.RequestException, ValueError) as error:
        raise UnavailableError(str(error)) from None
