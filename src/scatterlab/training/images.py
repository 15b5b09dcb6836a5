"""The images of a training: held in memory if they are few, else read as they are needed.

An epoch's order is a permutation of all images where they are held. Larger sets are shuffled by
chunks of the store: chunks in random order, and the images of as many consecutive ones as fill
`WINDOW_BYTES` in one random order. Both bounds are constants, so that the order follows from seed,
epoch and store alone, not from the machine.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
import xarray as xr

from scatterlab.training.ahead import ahead

HELD_BYTES = 256_000_000
"""Stored sets of at most so many bytes are held in memory."""
WINDOW_BYTES = 128_000_000
"""Of larger ones so many bytes are read at a time: in memory are two such windows, and a chunk."""


class HeldImages:
    """A tensor of images, (sample, channel, y, x), uint8 or float32."""

    def __init__(self, images: torch.Tensor):
        self.images, self.shape = images, tuple(images.shape)

    def order(self, rng: np.random.Generator) -> np.ndarray:
        """All images in random order, int64 (sample,)."""
        return rng.permutation(len(self.images))

    def batches(self, order: np.ndarray, size: int) -> Iterator[torch.Tensor]:
        """Runs of `size` images in the given order; the last may be shorter."""
        for batch in torch.from_numpy(order).split(size):
            yield self.images.index_select(0, batch)


class StoredImages:
    """Images of a store that are never all in memory.

    Parameters
    ----------
    stored : the store's variable of dimensions (sample, channel, y, x), opened and not loaded.
    samples : int64, which of the store's samples, in the order that numbers count from here on.
    window_bytes : of the images that are read at a time.
    """

    def __init__(self, stored: xr.DataArray, samples: np.ndarray, window_bytes: int = WINDOW_BYTES):
        self.stored, self.samples = stored, np.asarray(samples)
        self.shape = (len(samples), *stored.shape[1:])
        self.chunk = stored.encoding["chunks"][0]
        image_bytes = stored.dtype.itemsize * int(np.prod(self.shape[1:]))
        self.window = max(1, window_bytes // image_bytes)

    def order(self, rng: np.random.Generator) -> np.ndarray:
        """All images, int64 (sample,): chunks at random, then images within windows of chunks."""
        chunks, members = np.unique(self.samples // self.chunk, return_inverse=True)
        place = rng.permutation(len(chunks))
        sizes = np.empty(len(chunks), dtype=np.int64)
        sizes[place] = np.bincount(members)
        window = self._windows_of(sizes)[place][members]
        return np.lexsort((rng.random(len(members)), window))

    def _windows_of(self, sizes: np.ndarray) -> np.ndarray:
        """The window of each chunk: as many consecutive ones together as fit, one at least."""
        numbers, number, taken = np.empty_like(sizes), 0, 0
        for place, size in enumerate(sizes):
            if taken and taken + size > self.window:
                number, taken = number + 1, 0
            numbers[place], taken = number, taken + size
        return numbers

    def batches(self, order: np.ndarray, size: int) -> Iterator[torch.Tensor]:
        """Runs of `size` images in the given order; the last may be shorter.

        Any order will do. In one of `order`'s, or in that of the store, each chunk is read once
        or twice.
        """
        per_window = max(size, self.window // size * size)
        cuts = [*range(0, len(order), per_window), len(order)]
        windows = (order[start:stop] for start, stop in pairwise(cuts))
        for window in ahead(self._read, windows, depth=1):
            yield from window.split(size)

    def _read(self, wanted: np.ndarray) -> torch.Tensor:
        samples = self.samples[wanted]
        chunks = samples // self.chunk
        read = np.empty((len(samples), *self.shape[1:]), self.stored.dtype)
        for chunk in np.unique(chunks):
            (rows,) = np.nonzero(chunks == chunk)
            start = chunk * self.chunk
            whole = self.stored[start : start + self.chunk].values
            read[rows] = whole[samples[rows] - start]
        return torch.from_numpy(read)


def stored_images(
    stored: xr.DataArray, samples: np.ndarray, held_bytes: int = HELD_BYTES
) -> HeldImages | StoredImages:
    """The `samples` (int64) of a store's variable `stored`, held if they take `held_bytes`."""
    image_bytes = stored.dtype.itemsize * int(np.prod(stored.shape[1:]))
    if len(samples) * image_bytes > held_bytes:
        return StoredImages(stored, samples)
    return HeldImages(torch.from_numpy(stored.isel(sample=samples).values))
