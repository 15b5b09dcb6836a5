"""One writer at a time for a file or a store, whatever else was killed, or started twice."""

import atexit
import contextlib
import errno
import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import TextIO

from scatterlab.stores.atomic import leftovers

WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What file systems that do not lock files answer."""

HELD: dict[Path, TextIO] = {}
"""The locked files of this process."""


def claim(*targets: str | os.PathLike) -> None:
    """Make this process the only one that claims `targets`, until it ends.

    While another process has claimed one of them (the job of a run that was killed goes on, for
    instance), this waits and says for whom: what is written last is then what was asked for last.
    What killed writers left beside `targets` is removed. The claim is a locked file beside each
    target; it ends with the process, however that ends. Where the file system does not lock
    files, nothing is claimed or removed.
    """
    for target in map(Path.absolute, map(Path, targets)):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.with_name(f".{target.name}.lock")
        if file not in HELD and (held := locked(file)):
            HELD[file] = held
            for folder in leftovers(target):
                shutil.rmtree(folder, ignore_errors=True)


def locked(file: Path) -> TextIO | None:
    """`file`, open and locked by this process alone; None if it cannot be locked here."""
    while True:
        held = file.open("a+", encoding="utf-8")
        try:
            lock(held, file)
        except OSError as error:
            held.close()
            if error.errno in WITHOUT_LOCKS:
                return None
            raise
        if is_still(file, held):
            held.truncate(0)
            print(f"process {os.getpid()} on {socket.gethostname()}", file=held, flush=True)
            return held
        held.close()  # who held it before has removed it: there is another one, or none


def lock(held: TextIO, file: Path) -> None:
    """Lock an open file, saying who has it if that takes time."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        holder = held.read().strip() or "another process"
        target = file.with_name(file.name.removeprefix(".").removesuffix(".lock"))
        print(f"{target}: waiting for {holder}, which writes it", file=sys.stderr, flush=True)
        fcntl.flock(held, fcntl.LOCK_EX)


def is_still(file: Path, held: TextIO) -> bool:
    """Whether the open file `held` is what `file` names now."""
    try:
        return os.path.samestat(os.fstat(held.fileno()), file.stat())
    except FileNotFoundError:
        return False


@atexit.register
def release() -> None:
    """Give back what this process has claimed. A file is removed before it is unlocked."""
    while HELD:
        file, held = HELD.popitem()
        with held, contextlib.suppress(OSError):
            file.unlink()
