"""Open stores: one, or all shards of a data set's features as one."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from scatterlab.errors import StoreError
from scatterlab.stores.location import below, names_in, reachable

SHARD = re.compile(r"shard-(\d+)-of-(\d+)\.zarr")


def open_store(path: str | os.PathLike, *, storage_options: Mapping | None = None) -> xr.Dataset:
    """Open one store lazily: a chunk is read when a value in it is asked for.

    `path` may be a URL that fsspec knows, ``s3://bucket/results/…`` for instance;
    `storage_options` are then those of its file system, ``{"endpoint_url": …}`` for instance.
    Raises `StoreError` if it is not there, not a store or out of reach.
    """
    try:
        with reachable(path):
            return xr.open_zarr(path, chunks=None, storage_options=storage_options)
    except FileNotFoundError:
        raise StoreError(f"{path}: no such store; run the rule that makes it") from None
    except (ValueError, KeyError, json.JSONDecodeError) as error:
        raise StoreError(
            f"{path}: not a readable store ({error}); delete it and run again"
        ) from None


def shard_paths(
    folder: str | os.PathLike,
    count: int | None = None,
    *,
    storage_options: Mapping | None = None,
) -> list[Path | str]:
    """The shards in `folder`, in order: those of `count`, where there is more than one set.

    They are URLs if `folder` is. Raises `StoreError` unless they are all there.
    """
    found = {}
    for name in names_in(folder, storage_options):
        if (match := SHARD.fullmatch(name)) and count in (None, int(match[2])):
            found.setdefault(int(match[2]), {})[int(match[1])] = below(folder, name)
    if len(found) != 1:
        raise StoreError(f"{folder}: {'no' if not found else 'two different sets of'} shards here")
    ((count, shards),) = found.items()
    missing = [number for number in range(count) if number not in shards]
    if missing:
        raise StoreError(f"{folder}: shard {missing[0]} of {count} is missing; run the rule again")
    return [shards[number] for number in range(count)]


def open_features(
    folder: str | os.PathLike, *, storage_options: Mapping | None = None, **selection
) -> xr.Dataset:
    """All shards of a representation's features as one data set, in memory.

    `folder` is ``results/features/<dataset>/<representation>``, or a URL as in `open_store`;
    `selection` is applied to each shard before it is read, and only chunks with selected values
    are, as in ``open_features(folder, split="train", channel=slice(0, 10))``: ``split`` keeps the
    samples of that split, any other key goes to `xarray.Dataset.isel`.
    """
    shards = shard_paths(folder, storage_options=storage_options)
    return concatenate(
        [load_selected(path, storage_options=storage_options, **selection) for path in shards]
    )


def load_selected(
    path: str | os.PathLike,
    split: str | None = None,
    *,
    storage_options: Mapping | None = None,
    **selection,
) -> xr.Dataset:
    """Read one store into memory: the samples of `split`, cut by `selection` (``isel``).

    `path` and `storage_options` are as in `open_store`.
    """
    store = open_store(path, storage_options=storage_options)
    if split is not None:
        names = store.attrs["split_names"]
        if split not in names:
            raise StoreError(f"{path}: no split {split!r}; it has {', '.join(names)}")
        selection["sample"] = (store["split"] == names.index(split)).values.nonzero()[0]
    with reachable(path):
        return store.isel(**selection).load()


def concatenate(shards: list[xr.Dataset]) -> xr.Dataset:
    """Join shards along ``sample``; their other coordinates must be the same."""
    if len(shards) == 1:
        return shards[0]
    return xr.concat(
        shards,
        dim="sample",
        join="exact",
        data_vars="minimal",
        coords="minimal",
        compat="equals",
        combine_attrs="override",
    )
