"""Small and read-only file systems, for who may mount them."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def mount(*arguments) -> None:
    """``mount`` with `arguments`; skips the test if that is not allowed here."""
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount a file system here: {done.stderr.strip()}")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of 10 MB, in memory, at `folder`, which is made."""
    folder.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", "size=10m", "tmpfs", folder)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def resize(folder: Path, size: int) -> None:
    """Let the file system of `small_disk` hold `size` bytes."""
    mount("-o", f"remount,size={size}", folder)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """`folder`, as it is, on a file system that cannot be written."""
    mount("--bind", folder, folder)
    try:
        mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
