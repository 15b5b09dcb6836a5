"""Where stores are: in a folder of this machine, or at a URL, in an object store for instance."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scatterlab.errors import StoreError


def is_url(place: str | os.PathLike) -> bool:
    return "://" in str(place)


def names_in(folder: str | os.PathLike, options: Mapping | None = None) -> list[str]:
    """Names of the files and folders in `folder`, sorted; none if there is no such folder.

    `options` are those of the URL's file system in fsspec.
    """
    if not is_url(folder):
        return sorted(path.name for path in Path(folder).glob("*"))
    from fsspec.core import url_to_fs

    with reachable(folder):
        system, path = url_to_fs(str(folder), **(options or {}))
        # asked anew: what is there may have come since
        system.invalidate_cache(path)
        try:
            found = system.ls(path, detail=False)
        except FileNotFoundError:
            return []
    return sorted(name.rstrip("/").rpartition("/")[2] for name in found)


def below(folder: str | os.PathLike, name: str) -> str | Path:
    """`name` in `folder`: a URL below a URL, a path below a path."""
    return f"{str(folder).rstrip('/')}/{name}" if is_url(folder) else Path(folder) / name


@contextlib.contextmanager
def reachable(place: str | os.PathLike) -> Iterator[None]:
    """Turn what a URL's file system raises into a `StoreError`; each raises errors of its own."""
    try:
        yield
    except (StoreError, FileNotFoundError):
        raise
    except ImportError as error:
        raise StoreError(
            f"{place}: {error}; for s3:// run: pip install 'scatterlab[storage]'"
        ) from None
    except Exception as error:
        if not is_url(place):
            raise
        raise StoreError(
            f"{place}: cannot be read ({error}); correct the URL, the endpoint or the credentials"
        ) from None
