"""What a Zarr store holds, or several shards as one: only coordinates are read."""

import os
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path

import numpy as np
import xarray as xr
import zarr

from scatterlab.errors import StoreError
from scatterlab.inspection.coordinates import coordinate, counted
from scatterlab.stores.location import is_url
from scatterlab.stores.manifest import read_manifest
from scatterlab.stores.reader import open_store

NAMES = {"label": "class_names", "split": "split_names"}
"""Coordinates that are indices into an attribute."""
MADE_BY = ("engine", "versions")


def describe_store(
    path: str | os.PathLike,
    shards: Sequence[str | os.PathLike] = (),
    storage_options: Mapping | None = None,
) -> dict:
    """What the store at `path` holds; with `shards`, what they hold together.

    `path` may be a URL, as in `scatterlab.open_store`; then nothing is said of the manifest.
    The result has ``kind`` (images, features or analysis), ``arrays``, ``coordinates``,
    ``classes`` and ``splits`` (samples of each), ``attributes`` and, of a store with a manifest,
    ``made_by``. Raises `StoreError` for what is not a store.
    """
    paths = list(shards) or [path]
    stores = [open_store(part, storage_options=storage_options) for part in paths]
    groups = [zarr.open_group(part, mode="r", storage_options=storage_options) for part in paths]
    first = stores[0]
    coordinates = {name: joined(stores, name) for name in sorted(first.coords)}
    counts = {
        name: counted(coordinates[name], first.attrs[names])
        for name, names in NAMES.items()
        if name in coordinates and names in first.attrs
    }
    return {
        "path": str(path),
        "kind": kind_of(first),
        "shards": len(shards) or None,
        "arrays": {name: array(groups, stores, name) for name in first.data_vars},
        "coordinates": {
            name: coordinate(values, first[name].dims, first[name].attrs)
            for name, values in coordinates.items()
            if name not in counts
        },
        "classes": counts.get("label"),
        "splits": counts.get("split"),
        "attributes": {
            name: value for name, value in first.attrs.items() if name not in NAMES.values()
        },
        "made_by": None if is_url(path) else made_by(Path(paths[0])),
    }


def kind_of(store: xr.Dataset) -> str:
    """``images`` or ``features`` of labelled samples, else ``analysis``."""
    kinds = [name for name in ("images", "features") if name in store and "split" in store.coords]
    return kinds[0] if kinds else "analysis"


def joined(stores: list[xr.Dataset], name: str) -> np.ndarray:
    """A coordinate of all `stores`: one after the other if it is of their samples."""
    if stores[0][name].dims != ("sample",):
        return stores[0][name].values
    return np.concatenate([store[name].values for store in stores])


def array(groups: list[zarr.Group], stores: list[xr.Dataset], name: str) -> dict:
    """Dimensions, dtype, chunks and bytes, in memory and stored, of an array of all `stores`."""
    first = stores[0][name]
    sizes = dict(first.sizes)
    if "sample" in sizes:
        sizes["sample"] = sum(store.sizes["sample"] for store in stores)
    in_memory = prod(sizes.values()) * first.dtype.itemsize
    stored = sum(group[name].nbytes_stored() for group in groups)
    return {
        "sizes": sizes,
        "dtype": str(first.dtype),
        "chunks": list(first.encoding["chunks"]),
        "bytes": in_memory,
        "stored_bytes": stored,
        "ratio": round(in_memory / stored, 2),
        **{key: first.attrs[key] for key in ("long_name", "units") if key in first.attrs},
    }


def made_by(store: Path) -> dict | None:
    """The engine and versions that the manifest beside `store` names; None without one."""
    try:
        manifest = read_manifest(store.with_suffix(".json"))
    except StoreError:
        return None
    return {key: manifest[key] for key in MADE_BY if manifest.get(key)}
