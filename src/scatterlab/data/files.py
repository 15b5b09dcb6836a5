"""The files in a folder on this machine, or in an archive, under the same names."""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scatterlab.data.source import archive_paths
from scatterlab.data.unpack import Members, open_archive
from scatterlab.errors import DataError


class LocalFiles:
    """All files below the folder `path`; links are followed.

    Attributes: ``path``, and ``names``: paths relative to it, with ``/`` between parts; the name
    of a folder ends in ``/``. Raises `DataError` if `path` is not a folder.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path).expanduser()
        if not self.path.is_dir():
            raise DataError(f"{path}: no such folder; correct the data set's `path`")
        self.names = list(self._walk())

    def _walk(self):
        seen = set()
        for folder, subfolders, files in os.walk(self.path, onerror=_raise, followlinks=True):
            real = os.path.realpath(folder)
            if real in seen:  # a link back to a folder above, or a second link to one
                subfolders.clear()
                continue
            seen.add(real)
            here = Path(folder).relative_to(self.path)
            yield from ((here / name).as_posix() for name in files)
            yield from (f"{(here / name).as_posix()}/" for name in subfolders)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def state(self) -> str:
        """A digest of the names, sizes and times of all files: other if one of them is changed."""
        digest = hashlib.sha256()
        for name in sorted(self.names):
            about = (self.path / name).stat()
            told = (name, about.st_size, about.st_mtime_ns) if not name.endswith("/") else (name,)
            digest.update(os.fsencode(repr(told)))
        return digest.hexdigest()

    def where(self, name: str) -> str:
        """How to name a file in a message."""
        return str(self.path / name)


def _raise(error: OSError):
    raise error


Files = LocalFiles | Members


@contextlib.contextmanager
def open_files(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Files]:
    """The files in the folder ``path``, or in the one archive."""
    if spec.get("path"):
        yield LocalFiles(spec["path"])
    else:
        (path,) = archive_paths(archives, 1, "a zip or tar")
        with open_archive(path) as members:
            yield members
