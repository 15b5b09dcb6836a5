"""Find the stores at a path, and what is wrong with each."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from scatterlab.errors import StoreError
from scatterlab.stores.location import is_url
from scatterlab.stores.manifest import faults_in, is_manifest


def stores_at(path: str | os.PathLike) -> list[Path]:
    """The stores at `path`, a store, its manifest or a folder, sorted.

    A store of which only the manifest is left is among them. Raises `StoreError` if there is none.
    """
    if is_url(path):
        raise StoreError(f"{path}: stores are verified where they are files; copy it here first")
    path = Path(path)
    if path.suffix in (".zarr", ".json"):
        store = path.with_suffix(".zarr")
        if store.exists() or store.with_suffix(".json").exists():
            return [store]
        raise StoreError(f"{path}: no such store; run the rule that makes it")
    found = sorted(set(stores_below(path)))
    if not found:
        raise StoreError(f"{path}: no stores here; give a store, or a folder of stores")
    return found


def stores_below(folder: Path) -> Iterator[Path]:
    """The stores below `folder`, and those that only a manifest tells of."""
    for here, stores, files in walk(folder):
        yield from (here / name for name in stores)
        manifests = (here / name for name in files if name.endswith(".json"))
        yield from (file.with_suffix(".zarr") for file in manifests if lists_files(file))


def walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder from `folder` on, the names of its stores, and of its files.

    Neither what is in a store, nor hidden folders, where interrupted jobs leave what they made.
    """
    for here, folders, files in os.walk(folder):
        stores = [name for name in folders if name.endswith(".zarr")]
        folders[:] = [name for name in folders if name[0] != "." and name not in stores]
        yield Path(here), stores, files


def lists_files(file: Path) -> bool:
    """Whether the JSON `file` is the manifest of a store."""
    try:
        return is_manifest(json.loads(file.read_text(encoding="utf-8")))
    except ValueError:
        return False


def store_faults(store: Path) -> list[str]:
    """A message for everything that is wrong with `store`, by the manifest beside it."""
    try:
        return [f"{store}: {fault}" for fault in faults_in(store, store.with_suffix(".json"))]
    except StoreError as fault:
        return [str(fault)]
