"""Files and folders that appear whole or not at all."""

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(target: str | os.PathLike) -> Iterator[Path]:
    """Give a private temporary path beside `target`; on success move it onto `target`.

    The path does not exist yet: the caller makes a file or a folder there. If the block raises,
    whatever was made is removed and what stood at `target` before stays as it was. What was made
    is on the disk before it is moved, so that `target` is whole after a power failure as well.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    workdir = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    made = workdir / target.name
    try:
        yield made
        flush(made)
        if target.is_dir() and made.is_dir():
            os.replace(target, workdir / "previous")
        os.replace(made, target)
        flush_one(target.parent)
    except OSError as error:
        # "No space left on device" while bytes are written does not say where
        error.filename = error.filename or os.fspath(target)
        raise
    finally:
        shutil.rmtree(workdir, ignore_errors=True)


def leftovers(target: Path) -> list[Path]:
    """The temporary folders beside `target` of writers that were killed, or that still write."""
    # eight characters are what tempfile.mkdtemp appends
    return sorted(target.parent.glob(f".{glob.escape(target.name)}.{'?' * 8}"))


def flush(made: Path) -> None:
    """Wait until a file, or a folder with all that is in it, is on the disk."""
    for folder, _, files in os.walk(made):
        for name in files:
            flush_one(Path(folder, name))
        flush_one(Path(folder))
    if made.is_file():
        flush_one(made)


def flush_one(path: Path) -> None:
    """Wait until a file's bytes, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(target: str | os.PathLike, text: str) -> None:
    """Write `text` (UTF-8) to `target`, whole or not at all."""
    with replacing(target) as made:
        made.write_text(text, encoding="utf-8")
