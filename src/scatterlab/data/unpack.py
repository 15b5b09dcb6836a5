"""Read the files in a zip or tar archive safely, without unpacking it to disk.

Archives come from the network: a member with a path outside the archive or a name that no terminal
should show, a link, a device, an encrypted file, a second one of a name or one that grows out of
all proportion is refused before anything is read. Nothing is written under a name that the archive
chose.
"""

import bz2
import contextlib
import gzip
import lzma
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from scatterlab.errors import DataError

MAX_MEMBER_BYTES = 4 << 30
"""Size above which one member is refused."""

BLOCK = 1 << 20
"""Bytes that are unpacked at a time."""

MAX_RATIO = 100
"""Unpacked over packed size that is accepted for anything larger than `SMALL_BYTES`."""

SMALL_BYTES = 256 << 20
"""Up to this size any ratio is accepted: images of one colour pack very well."""

MAX_MEMBERS = 4_000_000
"""Above, an archive is refused: the list of its members is in memory."""

MAX_NAME = 4096
"""Characters of a member's name that are accepted: what a path may have on Linux."""

BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways to pack a member that `zipfile` unpacks no further than it is asked to."""

COMPRESSIONS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}

DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
)


class Members:
    """The files in an open archive, by name.

    Attributes: ``path`` of the archive, and ``names`` of its files in their order in it.
    """

    def __init__(self, path: Path, members: dict, opener):
        self.path, self.names = path, list(members)
        self._members, self._opener = members, opener

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The member `name` as a file; reading damaged content raises `DataError`."""
        with naming(self.path, name), self._opener(self._members[name]) as file:
            yield file

    def read(self, name: str) -> bytes:
        with self.open(name) as file:  # by blocks: asked for all, zipfile unpacks more than it says
            return b"".join(iter(lambda: file.read(BLOCK), b""))

    def where(self, name: str) -> str:
        """How to name a member in a message."""
        return f"{self.path}: {name}"


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Members]:
    """The files in the zip or tar archive `path` (tar plain, or packed by gzip, bzip2 or xz).

    Raises `DataError`, naming the archive and the member, for an archive that is damaged,
    truncated or of another kind, and for members that are not safe.
    """
    path = Path(path)
    with contextlib.ExitStack() as stack:
        with naming(path):
            head = stack.enter_context(path.open("rb")).read(8)
            packed = next(
                (way for magic, way in COMPRESSIONS.items() if head[:6].startswith(magic)), None
            )
            if head.startswith(b"PK") or (packed is None and zipfile.is_zipfile(path)):
                archive = stack.enter_context(zipfile.ZipFile(path))
                members = Members(path, zip_members(archive, path), archive.open)
            else:
                raw = stack.enter_context(packed_tar(path, packed) if packed else path.open("rb"))
                archive = stack.enter_context(tarfile.open(fileobj=raw, mode="r:"))
                members = Members(path, tar_members(archive, path), archive.extractfile)
                require_end_marker(archive, raw)
        yield members


@contextlib.contextmanager
def naming(path: Path, member: str | None = None) -> Iterator[None]:
    """Turn the errors of damaged archives into a `DataError` that names archive and member."""
    where = f"{path}: {member}" if member else str(path)
    try:
        yield
    except DAMAGED as error:
        raise DataError(f"{where}: the archive is damaged or truncated ({error})") from None
    except (NotImplementedError, zipfile.LargeZipFile) as error:
        raise DataError(f"{where}: packed in a way that is not supported ({error})") from None
    except OSError as error:
        if error.errno is not None:  # of the operating system, not of bz2's decoder
            raise
        raise DataError(f"{where}: the archive is damaged ({error})") from None


def zip_members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip archive, all of them found safe."""
    members = {}
    for info in few_enough(archive.infolist(), path):
        require_plain(info.filename, path)
        require_inside(info.filename, path)
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise DataError(f"{path}: {info.filename} is a link or a device, which is refused")
        if info.flag_bits & 1:
            raise DataError(f"{path}: {info.filename} is encrypted; pack it without a password")
        if info.compress_type not in BOUNDED:
            raise DataError(f"{path}: {info.filename} is neither stored nor deflated; pack it anew")
        if not info.is_dir():
            require_size(info.file_size, path, info.filename)
            require_proportion(info.file_size, info.compress_size, path, info.filename)
            require_new(info.filename, members, path)
            members[info.filename] = info
    unpacked = sum(info.file_size for info in members.values())  # members may share packed bytes
    require_proportion(unpacked, path.stat().st_size, path, "all together")
    return members


def tar_members(archive: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    """The files of a tar archive, all of them found safe."""
    members = {}
    for info in few_enough(archive, path):
        require_plain(info.name, path)
        require_inside(info.name, path)
        if info.isdir():
            continue
        if not info.isreg() or info.issparse():
            raise DataError(f"{path}: {info.name} is a link, a device or sparse, which is refused")
        require_size(info.size, path, info.name)
        require_proportion(info.size, path.stat().st_size, path, info.name)
        name = info.name.removeprefix("./")
        require_new(name, members, path)
        members[name] = info
    return members


def few_enough(entries: Iterable, path: Path) -> Iterator:
    """The `entries` of an archive. Raises `DataError` if there are more than `MAX_MEMBERS`."""
    for number, entry in enumerate(entries):
        if number == MAX_MEMBERS:
            raise DataError(f"{path}: has more than {MAX_MEMBERS:,} members: refused as too many")
        yield entry


def require_plain(name: str, path: Path) -> None:
    """Raise `DataError` for a name that is too long, or holds characters that control a device."""
    if len(name) > MAX_NAME or any(unicodedata.category(one) == "Cc" for one in name):
        raise DataError(
            f"{path}: {name[:100]!r} is no name: it has {len(name):,} characters, or control "
            "characters among them; do not trust this archive"
        )


def require_new(name: str, members: Iterable[str], path: Path) -> None:
    """Raise `DataError` if there is a member of that name: which of them is meant?"""
    if name in members:
        raise DataError(f"{path}: {name} is there twice; pack it anew, with one")


def require_inside(name: str, path: Path) -> None:
    """Raise `DataError` if `name` leads out of the archive's own folder, on any system."""
    for kind in (PurePosixPath, PureWindowsPath):
        pure = kind(name)
        if pure.anchor or ".." in pure.parts:
            raise DataError(
                f"{path}: {name!r} leads outside the archive's folder; do not trust this archive"
            )


def require_size(size: int, path: Path, name: str) -> None:
    """Raise `DataError` for a member that is too large."""
    if size > MAX_MEMBER_BYTES:
        raise DataError(f"{path}: {name} unpacks to {size:,} bytes: refused as too large")


def require_proportion(size: int, packed: int, path: Path, name: str) -> None:
    """Raise `DataError` for what is too large against its packed size."""
    if size > SMALL_BYTES and size > MAX_RATIO * packed:
        raise DataError(
            f"{path}: {name} unpacks to {size:,} bytes, from {packed:,}: refused as too large"
        )


@contextlib.contextmanager
def packed_tar(path: Path, way) -> Iterator[BinaryIO]:
    """A compressed tar archive, unpacked to a nameless temporary file for random access."""
    limit = max(SMALL_BYTES, MAX_RATIO * path.stat().st_size)
    with tempfile.TemporaryFile() as plain:
        with way(path) as file:
            while block := file.read(BLOCK):
                plain.write(block)
                if plain.tell() > limit:
                    raise DataError(
                        f"{path}: unpacks to more than {limit:,} bytes, from "
                        f"{path.stat().st_size:,}: refused as too large"
                    )
        plain.seek(0)
        yield plain


def require_end_marker(archive: tarfile.TarFile, raw: BinaryIO) -> None:
    """A tar archive ends in a block of zeros; without it, it was cut or is damaged."""
    raw.seek(archive.offset)
    if raw.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("no end-of-archive mark where it should be")
