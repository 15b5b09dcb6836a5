"""Files and folders that appear whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(target: str | os.PathLike) -> Iterator[Path]:
    """Give a private temporary path beside `target`; on success move it onto `target`.

    The path does not exist yet: the caller makes a file or a folder there. If the block raises,
    whatever was made is removed and what stood at `target` before stays as it was.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    workdir = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    made = workdir / target.name
    try:
        yield made
        if target.is_dir() and made.is_dir():
            os.replace(target, workdir / "previous")
        os.replace(made, target)
    finally:
        shutil.rmtree(workdir, ignore_errors=True)


def write_text(target: str | os.PathLike, text: str) -> None:
    """Write `text` (UTF-8) to `target`, whole or not at all."""
    with replacing(target) as made:
        made.write_text(text, encoding="utf-8")
