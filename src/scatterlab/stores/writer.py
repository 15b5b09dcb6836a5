"""Write a store batch by batch: memory does not grow with the data set."""

import contextlib
import json
import os
import warnings
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import xarray as xr
import zarr
from numcodecs import Blosc
from zarr.codecs import BloscCodec, BloscShuffle

from scatterlab.errors import StoreError
from scatterlab.stores.atomic import replacing

CHUNK_BYTES = 4_000_000
"""Aim for the uncompressed size of one chunk."""
WRITERS = 4
"""Chunks that are compressed and written at the same time; at most twice as many wait in memory."""
FLOATS = Blosc("lz4", clevel=5, shuffle=Blosc.SHUFFLE)
"""The mantissas of features are noise to any compressor, so the fastest is as good as the best."""
INTEGERS = Blosc("zstd", clevel=1, shuffle=Blosc.NOSHUFFLE)


class StoreWriter:
    """One labelled array that grows along ``sample``, with its coordinates, as a Zarr store.

    Parameters
    ----------
    path : folder of the store; it appears when the `with` block ends well, not before.
    name : name of the array.
    shape : the final shape, samples first.
    dims : the names of its dimensions, ``sample`` first.
    dtype : of the array; floats are checked to be finite.
    coords : name → (dimension or dimensions, values) of the coordinates.
    attrs : attributes of the store; values that JSON cannot hold are refused.
    meaning : attributes of the array, such as ``long_name`` and ``units``.

    Use ``with StoreWriter(...) as writer: writer.append(batch)``. Threads compress and write the
    chunks meanwhile; the bytes are the same in whatever order they do so. Raises `StoreError` for
    a batch of the wrong shape or dtype, one that is not finite, or too few batches.
    """

    def __init__(
        self, path, name, shape, dims, dtype, coords: Mapping, attrs: Mapping, meaning=None
    ):
        self.path, self.name = Path(path), name
        self.shape, self.dims, self.dtype = tuple(map(int, shape)), tuple(dims), np.dtype(dtype)
        self.coords, self.attrs = dict(coords), json.loads(json.dumps(dict(attrs)))
        self.meaning = dict(meaning or {})
        self.taken = 0
        self._compressor = FLOATS if self.dtype.kind == "f" else INTEGERS
        self._writing: deque[Future] = deque()

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._folder = folder = self._stack.enter_context(replacing(self.path))
        try:
            # coordinates and attributes first, by xarray, then the array's metadata, by zarr
            _to_zarr(xr.Dataset(coords=self.coords, attrs=self.attrs), folder)
            self._array = zarr.open_group(folder, mode="a").create_array(
                self.name,
                shape=self.shape,
                dtype=self.dtype,
                chunks=self.chunks,
                compressors=described(self._compressor, self.dtype.itemsize),
                dimension_names=self.dims,
                attributes=self.meaning,
                fill_value=0,
            )
            consolidate(folder)
            self._threads = self._stack.enter_context(ThreadPoolExecutor(WRITERS))
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    @property
    def chunks(self) -> tuple[int, ...]:
        """Whole samples, about `CHUNK_BYTES` of them."""
        sample_bytes = max(1, self.dtype.itemsize * int(np.prod(self.shape[1:])))
        samples = max(1, min(self.shape[0], CHUNK_BYTES // sample_bytes))
        return (samples, *(max(1, size) for size in self.shape[1:]))

    def append(self, batch: np.ndarray) -> None:
        """Take the next samples; a thread writes them when they fill a chunk."""
        batch = self._checked(np.asarray(batch))
        while len(batch):
            place = self.taken % self.chunks[0]
            if place == 0:
                self._chunk = np.zeros(self.chunks, self.dtype.newbyteorder("<"))
            part = batch[: self.chunks[0] - place]
            self._chunk[place : place + len(part)] = part
            self.taken += len(part)
            batch = batch[len(part) :]
            if self.taken % self.chunks[0] == 0 or self.taken == self.shape[0]:
                self._write()

    def _checked(self, batch: np.ndarray) -> np.ndarray:
        """`batch` if it may come next; raises `StoreError` otherwise."""
        if batch.shape[1:] != self.shape[1:] or self.taken + len(batch) > self.shape[0]:
            raise StoreError(
                f"{self.path}: a batch of shape {batch.shape} at sample {self.taken} does not "
                f"fit an array of shape {self.shape}"
            )
        if not np.can_cast(batch.dtype, self.dtype, casting="same_kind"):
            raise StoreError(f"{self.path}: a batch of dtype {batch.dtype} is not {self.dtype}")
        batch = batch.astype(self.dtype, copy=False)
        if self.dtype.kind == "f" and not np.isfinite(batch).all():
            finite = np.isfinite(batch).reshape(len(batch), -1).all(axis=1)
            bad = self.taken + int(finite.argmin())
            raise StoreError(f"{self.path}: sample {bad} is not finite (NaN or overflow)")
        return batch

    def _write(self) -> None:
        """Have a thread write the chunk that was filled last, as soon as few others wait."""
        if len(self._writing) >= 2 * WRITERS:
            self._writing.popleft().result()
        number = (self.taken - 1) // self.chunks[0]
        self._writing.append(self._threads.submit(self._write_file, number, self._chunk))

    def _write_file(self, number: int, chunk: np.ndarray) -> None:
        """Write a chunk as zarr does, which takes a millisecond more for each."""
        indices = (number, *[0] * (chunk.ndim - 1))
        file = self._folder / self.name / self._array.metadata.encode_chunk_key(indices)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self._compressor.encode(chunk))

    def __exit__(self, kind, error, traceback):
        if kind is None:
            try:
                self._finish()
            except BaseException as fault:
                self._stack.__exit__(type(fault), fault, fault.__traceback__)
                raise
        return self._stack.__exit__(kind, error, traceback)

    def _finish(self) -> None:
        """Wait for the threads. Raises what they raise, and `StoreError` if samples miss."""
        for written in self._writing:
            written.result()
        if self.taken != self.shape[0]:
            raise StoreError(f"{self.path}: only {self.taken} of {self.shape[0]} samples came")


def described(compressor: Blosc, typesize: int) -> BloscCodec:
    """`compressor` of values of `typesize` bytes, for an array's metadata."""
    return BloscCodec(
        typesize=typesize,
        cname=compressor.cname,
        clevel=compressor.clevel,
        shuffle=BloscShuffle.from_int(compressor.shuffle),
        blocksize=compressor.blocksize,
    )


def write_dataset(path: str | os.PathLike, dataset: xr.Dataset) -> None:
    """Write a small data set, an analysis's result for instance, whole or not at all."""
    with replacing(path) as folder:
        _to_zarr(dataset, folder)
        consolidate(folder)


def _to_zarr(dataset: xr.Dataset, folder: Path) -> None:
    encoding = {name: {"write_empty_chunks": True} for name in dataset.variables}
    dataset.to_zarr(folder, mode="w-", consolidated=False, zarr_format=3, encoding=encoding)


def consolidate(folder: Path) -> None:
    """Gather all metadata in one file, so that opening the store reads one file."""
    with quiet_consolidation():
        zarr.consolidate_metadata(folder)


@contextlib.contextmanager
def quiet_consolidation() -> Iterator[None]:
    """Silence exactly the warning that consolidated metadata is not yet in Zarr's format 3."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata is currently not part")
        yield
