"""Samples and labels for a classifier, from the shards of a feature store."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from scatterlab.errors import StoreError
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store

BATCH_BYTES = 64_000_000
"""Features that one batch holds, about."""


def open_verified(stores: Sequence[Path]) -> list[xr.Dataset]:
    """Open `stores` lazily, each checked first against its manifest, which is beside it.

    Raises `StoreError` if a chunk is missing or altered, or they do not belong together.
    """
    for store in stores:
        verify_store(store, store.with_suffix(".json"))
    shards = [open_store(store) for store in stores]
    for path, shard in zip(stores, shards, strict=True):
        if shard["features"].shape[1:] != shards[0]["features"].shape[1:]:
            raise StoreError(f"{path}: its features have another shape than those of {stores[0]}")
    return shards


def grid(shards: list[xr.Dataset]) -> tuple[int, int]:
    """(y, x) of a channel."""
    return shards[0].sizes["y"], shards[0].sizes["x"]


def column(shards: list[xr.Dataset], name: str) -> np.ndarray:
    """The coordinate `name` of all samples, shard after shard."""
    return np.concatenate([shard[name].values for shard in shards])


def load_features(shards: list[xr.Dataset], chosen: np.ndarray) -> np.ndarray:
    """Features (sample, feature), float32, of some samples.

    `chosen` holds sorted numbers among the samples as `column` lists them; no other sample stays
    in memory. Raises `StoreError` for features that are not finite, or more than memory holds.
    """
    length = int(np.prod(shards[0]["features"].shape[1:]))
    require_memory(4 * length * len(chosen), len(chosen))
    features = np.empty((len(chosen), length), np.float32)
    row = 0
    for batch in feature_batches(shards, chosen):
        features[row : row + len(batch)] = batch
        row += len(batch)
    return features


def require_memory(needed: int, samples: int) -> None:
    """Raise `StoreError` if `needed` bytes of features are more than this machine's memory."""
    there = machine_memory()
    if needed > there:
        raise StoreError(
            f"the features of {samples:,} samples take {needed / 1e9:.1f} GB, more than this "
            f"machine's memory of {there / 1e9:.1f}; train on fewer (`comparison.train_sizes`), or "
            "train a network, which reads its images as it needs them"
        )


def machine_memory() -> int:
    """Bytes of physical memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def feature_batches(shards: list[xr.Dataset], chosen: np.ndarray) -> Iterator[np.ndarray]:
    """Features (sample, feature) of the samples `chosen`, as in `load_features`, in batches."""
    start = 0
    for shard in shards:
        stop = start + shard.sizes["sample"]
        first, last = np.searchsorted(chosen, (start, stop))
        yield from flat_batches(shard, chosen[first:last] - start)
        start = stop


def flat_batches(shard: xr.Dataset, samples: np.ndarray) -> Iterator[np.ndarray]:
    """Flattened features of the numbered `samples` of one shard."""
    features = shard["features"]
    size = max(1, BATCH_BYTES // (4 * max(1, int(np.prod(features.shape[1:])))))
    for start in range(0, len(samples), size):
        numbers = samples[start : start + size]
        batch = features.isel(sample=numbers).values.reshape(len(numbers), -1)
        _check_finite(batch, shard["sample"].values[numbers])
        yield batch


def _check_finite(batch: np.ndarray, numbers: np.ndarray) -> None:
    bad = ~np.isfinite(batch).all(axis=1)
    if bad.any():
        raise StoreError(
            f"the features of sample {numbers[bad.argmax()]} are not finite (NaN or overflow); "
            "compute the features again"
        )
