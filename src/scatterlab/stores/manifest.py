"""The manifest of a store: what it holds, byte by byte, and what made it.

The manifest is written after the store is complete, so its presence means that the store is
whole; it holds no time and no host name, so that an identical rebuild gives an identical file.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import zarr

from scatterlab.errors import StoreError
from scatterlab.stores.atomic import write_text

VERSIONED = ("numpy", "xarray", "zarr", "numcodecs", "torch")
"""Packages whose version may change the bytes of a store."""


def write_manifest(
    store: str | os.PathLike,
    manifest: str | os.PathLike,
    *,
    parameters: dict | None = None,
    engine: str | None = None,
) -> dict:
    """Check that every chunk of `store` is there, then write `manifest` (JSON) last.

    The result holds ``files`` (relative path → sha256), ``arrays`` (shape, chunks, dtype,
    dimensions), ``versions``, ``engine``, ``parameters`` and the ``sha256`` of all these. Raises
    `StoreError` if a chunk is missing.
    """
    store = Path(store)
    arrays = describe_arrays(store)
    missing = [chunk for name in arrays for chunk in missing_chunks(store, name)]
    if missing:
        raise StoreError(f"{store}: chunk {missing[0]} was never written; run the rule again")
    content = {
        "store": store.name,
        "arrays": arrays,
        "files": digests(store, file_names(store)),
        "versions": {name: installed_version(name) for name in VERSIONED},
        "engine": engine,
        "parameters": parameters or {},
    }
    content["sha256"] = own_digest(content)
    write_text(manifest, json.dumps(content, indent=1, sort_keys=True) + "\n")
    return content


def read_manifest(manifest: str | os.PathLike) -> dict:
    """The content of a manifest. Raises `StoreError` if it is missing, none, or was altered."""
    try:
        content = json.loads(Path(manifest).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{manifest}: no such manifest; run the rule that makes it") from None
    except ValueError as error:
        raise StoreError(f"{manifest}: not a manifest ({error}); delete it and run again") from None
    if not is_manifest(content):
        raise StoreError(
            f"{manifest}: not a manifest (no `files`, no `arrays`); delete it and run again"
        )
    if content.get("sha256") != own_digest(content):
        raise StoreError(f"{manifest}: was altered since it was written; delete it and run again")
    return content


def own_digest(content: Mapping) -> str:
    """The sha256 of what a manifest says, whatever the order and the spaces."""
    said = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def is_manifest(content) -> bool:
    """Whether `content`, read from JSON, lists the files and arrays of a store."""
    return isinstance(content, dict) and all(
        isinstance(content.get(key), dict) for key in ("files", "arrays")
    )


def verify_store(
    store: str | os.PathLike, manifest: str | os.PathLike, samples: slice | None = None
) -> None:
    """Raise `StoreError` unless every file of `store` is as `manifest` says.

    `samples` is as in `faults_in`.
    """
    for fault in faults_in(store, manifest, samples):
        remedy = f"delete {store} and run again: just this store is rebuilt"
        raise StoreError(f"{store}: {fault}; {remedy}")


def faults_in(
    store: str | os.PathLike, manifest: str | os.PathLike, samples: slice | None = None
) -> Iterator[str]:
    """What is wrong with `store`: files that are missing, altered, or not in `manifest`.

    With `samples`, of arrays along ``sample`` only the chunks that hold any of these are read:
    what a job that uses them needs to know, however large the store is. Raises `StoreError` if
    there is no manifest to compare with.
    """
    store, content = Path(store), read_manifest(manifest)
    files = content["files"]
    there = {name for name in files if (store / name).is_file()}
    yield from (f"{name} is missing" for name in files if name not in there)
    if samples is not None:
        there = {name for name in there if holds(name, content["arrays"], samples)}
    for name, digest in digests(store, sorted(there)).items():
        if files[name] != digest:
            yield f"{name} does not match its sha256 in {manifest}"
    yield from (f"{name} is not in {manifest}" for name in file_names(store) if name not in files)


def holds(file: str, arrays: Mapping[str, Mapping], samples: slice) -> bool:
    """Whether `file` may say anything of `samples`; false for chunks of other samples alone."""
    array, _, place = file.partition("/c/")
    if not place or arrays[array]["dimensions"][0] != "sample":
        return True
    size = arrays[array]["chunks"][0]
    first = int(place.split("/")[0]) * size
    return first < samples.stop and samples.start < first + size


def file_names(store: Path) -> list[str]:
    """Relative paths of the store's own files, sorted (Snakemake's time stamp is not one)."""
    return sorted(
        path.relative_to(store).as_posix()
        for path in store.rglob("*")
        if path.is_file() and path.name != ".snakemake_timestamp"
    )


def describe_arrays(store: Path) -> dict[str, dict]:
    """Shape, dtype and dimension names of every array of the store."""
    group = zarr.open_group(store, mode="r")
    return {
        name: {
            "shape": list(array.shape),
            "chunks": list(array.chunks),
            "dtype": str(array.dtype),
            "dimensions": list(array.metadata.dimension_names or ()),
        }
        for name, array in sorted(group.arrays())
    }


def missing_chunks(store: Path, name: str) -> list[str]:
    """Relative paths of the chunks of array `name` that are not on disk."""
    array = zarr.open_group(store, mode="r")[name]
    counts = [-(-size // chunk) for size, chunk in zip(array.shape, array.chunks, strict=True)]
    keys = (
        array.metadata.encode_chunk_key(tuple(map(int, index))) for index in np.ndindex(*counts)
    )
    return [f"{name}/{key}" for key in keys if not (store / name / key).is_file()]


def digests(store: Path, names: Iterable[str]) -> dict[str, str]:
    """The sha256 of each of the files `names` of `store`, several at a time."""
    names = list(names)
    with ThreadPoolExecutor() as threads:
        return dict(zip(names, threads.map(sha256, [store / name for name in names]), strict=True))


def sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def installed_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
