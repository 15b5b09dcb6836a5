"""Compute the features of one shard of a data set, batch by batch, into a store."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from scatterlab.cascades.intensities import to_intensities
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError
from scatterlab.stores.manifest import verify_store, write_manifest
from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import StoreWriter

BATCH_BYTES = 64_000_000
"""Bytes of features that one batch makes, about."""


def compute_features(
    images: Path,
    images_manifest: Path,
    spec: dict,
    shard: int,
    shards: int,
    store: Path,
    manifest: Path,
    *,
    name: str = "",
    weights: Path | None = None,
) -> None:
    """Write the features of shard number `shard` of `shards` to `store`, then its `manifest`.

    `spec` is a representation of the configuration as a mapping; `weights` are a network's. The
    array ``features`` has dimensions (sample, channel, y, x), float32; the coordinates of
    ``channel`` are the columns of the cascade's table. Raises `StoreError` if the images are
    incomplete, `ConfigError` if the representation does not fit them.
    """
    verify_store(images, images_manifest)
    source = open_store(images)
    part = slice(*shard_bounds(source.sizes["sample"], shard, shards))
    cascade, layer = build_representation(
        spec, source["images"].shape[1:], len(source.attrs["class_names"]), weights
    )
    source = source.isel(sample=part)
    engine = getattr(cascade, "engine", "torch")
    with torch.inference_mode():
        shape = cascade.maps(torch.zeros(1, *cascade.image_shape), layer).shape[1:]
    attrs = {key: source.attrs[key] for key in ("class_names", "split_names", "title")}
    attrs |= {"representation": name, "layer": layer, "engine": engine, "specification": spec}
    coords = {key: ("sample", source[key].values) for key in ("sample", "label", "split")}
    for key, column in cascade.table(layer).items():
        coords[key] = ("channel", column, cascade.describe(key))
    dims = ("sample", "channel", "y", "x")
    full_shape = (source.sizes["sample"], *shape)

    def maps(batch: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return cascade.maps(to_intensities(torch.from_numpy(batch)), layer).numpy()

    with StoreWriter(store, "features", full_shape, dims, "float32", coords, attrs) as writer:
        for computed in overlapped(maps, batches(source["images"], batch_size(shape))):
            writer.append(computed)
    write_manifest(store, manifest, engine=engine, parameters=spec)


def shard_bounds(samples: int, shard: int, shards: int) -> tuple[int, int]:
    """First sample and one past the last of a shard; sizes differ by at most one."""
    if not 0 <= shard < shards <= samples:
        raise ConfigError(
            f"shard {shard} of {shards}: a data set of {samples} images has at most as many shards"
        )
    return shard * samples // shards, (shard + 1) * samples // shards


def batch_size(shape) -> int:
    """Images in a batch, so that their features take about `BATCH_BYTES`."""
    return int(np.clip(BATCH_BYTES // (4 * int(np.prod(shape))), 1, 64))


def batches(images, size: int):
    """Consecutive runs of `size` images, read as they are asked for, with a progress bar."""
    starts = range(0, images.sizes["sample"], size)
    for start in tqdm(starts, desc="features", unit="batch", mininterval=2):
        yield images.isel(sample=slice(start, start + size)).values


def overlapped(function, items):
    """``map(function, items)`` in order, by as many threads as torch would use for one batch.

    Each thread computes a batch alone, which is faster than sharing it, gives the same bytes for
    any number of threads, and goes on while others are read and written. A few batches wait at
    most.
    """
    workers = torch.get_num_threads()
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
