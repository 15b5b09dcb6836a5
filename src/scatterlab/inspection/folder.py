"""What is at a path: a store, shards, weights, a manifest, or a folder of all these."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scatterlab.errors import StoreError
from scatterlab.inspection.manifest import describe_manifest
from scatterlab.inspection.store import describe_store
from scatterlab.inspection.weights import describe_weights
from scatterlab.stores.location import is_url, reachable
from scatterlab.stores.reader import SHARD, shard_paths
from scatterlab.stores.verify import walk

BY_SUFFIX = {
    ".zarr": describe_store,
    ".safetensors": describe_weights,
    ".json": describe_manifest,
}


def describe(path: str | os.PathLike, storage_options: Mapping | None = None) -> dict:
    """What is at `path`, by its ``kind``: see `describe_store`, `describe_weights` and others.

    A folder of shards is described as one store; of any other, ``holds`` has what is below it. A
    URL is that of a store or of shards, as in `scatterlab.open_store`.
    Raises `StoreError` if there is nothing at `path`, or nothing that is known.
    """
    if is_url(path):
        return describe_url(str(path), storage_options)
    path = Path(path)
    if not path.exists():
        raise StoreError(f"{path}: no such file or folder; run the rule that makes it")
    if path.suffix in BY_SUFFIX:
        return BY_SUFFIX[path.suffix](path)
    below = sorted(set(described_below(path)))
    if below == [path]:
        return describe_store(path, shard_paths(path))
    if not below:
        raise StoreError(f"{path}: no stores or weights here; give one, or a folder of them")
    return {"path": str(path), "kind": "folder", "holds": [describe_or_say(part) for part in below]}


def describe_url(url: str, storage_options: Mapping | None) -> dict:
    """What the store or the shards at `url` hold."""
    with reachable(url):
        one = url.rstrip("/").endswith(".zarr")
        shards = () if one else shard_paths(url, storage_options=storage_options)
        return describe_store(url, shards, storage_options)


def described_below(folder: Path) -> Iterator[Path]:
    """The stores and weights below `folder`; of shards, their folder."""
    for here, stores, files in walk(folder):
        yield from (here if SHARD.fullmatch(name) else here / name for name in stores)
        yield from (here / name for name in files if name.endswith(".safetensors"))


def describe_or_say(path: Path) -> dict:
    """What is at `path`, or what is wrong with it."""
    try:
        if path.suffix in BY_SUFFIX:
            return BY_SUFFIX[path.suffix](path)
        return describe_store(path, shard_paths(path))
    except StoreError as error:
        return {"path": str(path), "kind": "fault", "error": str(error)}
