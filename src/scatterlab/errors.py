"""The errors that a user can mend.

Every message names the file, key or value that is wrong and what to do about it. Scripts print
the message alone, without a traceback, and exit with status 1.
"""

import contextlib
import difflib
import sys
from collections.abc import Iterable, Iterator


class ScatterlabError(Exception):
    """Something the user gave is wrong; the message says what and how to mend it."""


class InputError(ScatterlabError, ValueError):
    """An argument of a library call is wrong."""


class ConfigError(ScatterlabError):
    """A key or value of the configuration is wrong."""


class DataError(ScatterlabError):
    """An archive, a file in it or a folder of images is wrong."""


class StoreError(ScatterlabError):
    """A Zarr store or its manifest is missing, incomplete or altered."""


def suggest(word: str, known: Iterable[str]) -> str:
    """The tail of a message about an unknown `word`: the closest known name, then all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}known: {', '.join(known) if known else '(none)'}"


@contextlib.contextmanager
def concerning(where) -> Iterator[None]:
    """Put the file that a `ConfigError` concerns before its message."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a `ScatterlabError` or an operating-system error into one line and exit status 1."""
    try:
        yield
    except ScatterlabError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}. Nothing was left half-written.")
