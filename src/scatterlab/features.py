"""Compute the features of one shard of a data set, batch by batch, into a store."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.intensities import to_intensities
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError, concerning
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

    Images are read, transformed and written at the same time. In memory are at most four chunks
    of images, 2t + 1 batches of features for t = `torch.get_num_threads`, and the chunks that
    `StoreWriter` holds, however many images there are. The bytes do not depend on t.
    """
    source = open_store(images)
    part = slice(*shard_bounds(source.sizes["sample"], shard, shards))
    verify_store(images, images_manifest, part)
    with concerning(images):
        cascade, layer = build_representation(
            spec, source["images"].shape[1:], len(source.attrs["class_names"]), weights
        )
    engine = getattr(cascade, "engine", "torch")
    device = device_of(cascade, engine)
    cascade.to(device)
    with torch.inference_mode():
        shape = cascade.maps(torch.zeros(1, *cascade.image_shape, device=device), layer).shape[1:]
    attrs = {key: source.attrs[key] for key in ("class_names", "split_names", "title")}
    attrs |= {"representation": name, "layer": layer, "specification": spec}
    attrs |= {"engine": engine, "device": device}
    coords = {
        key: ("sample", source[key].values[part], source[key].attrs)
        for key in ("sample", "label", "split")
    }
    for key, column in cascade.table(layer).items():
        coords[key] = ("channel", column, cascade.describe(key))
    dims = ("sample", "channel", "y", "x")
    samples = part.stop - part.start

    def maps(batch: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            intensities = to_intensities(torch.from_numpy(batch).to(device))
            return cascade.maps(intensities, layer).cpu().numpy()

    with (
        StoreWriter(
            *(store, "features", (samples, *shape), dims, "float32", coords, attrs),
            meaning={"long_name": f"maps of layer {layer}"},
        ) as writer,
        tqdm(total=samples, desc="features", unit="sample", mininterval=2) as bar,
    ):
        batches = batches_of(source["images"], part, batch_size(cascade, shape))
        for computed in overlapped(maps, batches, torch.get_num_threads()):
            writer.append(computed)
            bar.update(len(computed))
    write_manifest(store, manifest, engine=engine, parameters=spec)


def shard_bounds(samples: int, shard: int, shards: int) -> tuple[int, int]:
    """First sample and one past the last of a shard; sizes differ by at most one."""
    if not 0 <= shard < shards <= samples:
        raise ConfigError(
            f"shard {shard} of {shards}: a data set of {samples} images has at most as many shards"
        )
    return shard * samples // shards, (shard + 1) * samples // shards


def device_of(cascade: Cascade, engine: str) -> str:
    """Where maps are computed: on a GPU by engine "cuda", and by whatever has weights if it can."""
    learned = any(True for _ in cascade.parameters())
    return "cuda" if engine == "cuda" or (learned and torch.cuda.is_available()) else "cpu"


def batch_size(cascade: Cascade, shape) -> int:
    """Images in a batch: as many as `cascade` prefers, or whose features take `BATCH_BYTES`."""
    preferred = getattr(cascade, "batch_size", None)
    return preferred or int(np.clip(BATCH_BYTES // (4 * int(np.prod(shape))), 1, 64))


def batches_of(images, part: slice, size: int) -> Iterator[np.ndarray]:
    """Runs of `size` images from `part`; each chunk of the store is read once, ahead of use."""
    chunk = images.encoding["chunks"][0]
    cuts = [part.start, *range((part.start // chunk + 1) * chunk, part.stop, chunk), part.stop]
    left = np.empty((0, *images.shape[1:]), images.dtype)
    for read in overlapped(lambda cut: images[slice(*cut)].values, pairwise(cuts), workers=1):
        left = np.concatenate([left, read])
        while len(left) >= size:
            yield left[:size]
            left = left[size:]
    if len(left):
        yield left


def overlapped(function, items, workers: int):
    """``map(function, items)`` in order, by `workers` threads, each with one thread of torch.

    A thread alone is faster at a batch than several that share it, gives the same bytes for any
    number of them, and goes on while other batches are read and written. At most
    2·`workers` + 1 items wait, so that memory does not grow with their number.
    """
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
