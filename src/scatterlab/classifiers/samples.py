"""Samples and labels for a classifier, from the shards of a feature store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from scatterlab.errors import StoreError
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store

BATCH_BYTES = 64_000_000
"""Features that one batch holds, about."""


def open_verified(stores: Sequence[Path], manifests: Sequence[Path]) -> list[xr.Dataset]:
    """Open `stores` lazily, each checked against its manifest first.

    Raises `StoreError` if a chunk is missing or altered, or they do not belong together.
    """
    if len(stores) != len(manifests):
        raise StoreError(f"{len(stores)} stores but {len(manifests)} manifests; give one for each")
    for store, manifest in zip(stores, manifests, strict=True):
        verify_store(store, manifest)
    shards = [open_store(store) for store in stores]
    for path, shard in zip(stores, shards, strict=True):
        if shard["features"].shape[1:] != shards[0]["features"].shape[1:]:
            raise StoreError(f"{path}: its features have another shape than those of {stores[0]}")
    return shards


def positions(shards: list[xr.Dataset]) -> int:
    """Pixels of a channel."""
    return shards[0].sizes["y"] * shards[0].sizes["x"]


def column(shards: list[xr.Dataset], name: str, split: str) -> np.ndarray:
    """The coordinate `name` of all samples of `split`, shard after shard."""
    return np.concatenate([shard[name].values[members(shard, split)] for shard in shards])


def members(shard: xr.Dataset, split: str) -> np.ndarray:
    """Which samples of `shard` are of `split`, numbered within the shard."""
    return np.flatnonzero(shard["split"].values == shard.attrs["split_names"].index(split))


def load_features(shards: list[xr.Dataset], split: str, chosen: np.ndarray) -> np.ndarray:
    """Features (sample, feature), float32, of some samples of `split`.

    `chosen` holds sorted numbers among the samples of the split, as `column` lists them; no other
    sample stays in memory. Raises `StoreError` for features that are not finite.
    """
    length = int(np.prod(shards[0]["features"].shape[1:]))
    features = np.empty((len(chosen), length), np.float32)
    row = start = 0
    for shard in shards:
        inside = members(shard, split)
        first, last = np.searchsorted(chosen, (start, start + len(inside)))
        for batch in flat_batches(shard, inside[chosen[first:last] - start]):
            features[row : row + len(batch)] = batch
            row += len(batch)
        start += len(inside)
    return features


def feature_batches(shards: list[xr.Dataset], split: str) -> Iterator[np.ndarray]:
    """Features (sample, feature) of `split`, batch by batch, as `column` lists the samples."""
    for shard in shards:
        yield from flat_batches(shard, members(shard, split))


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
