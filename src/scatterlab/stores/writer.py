"""Write a store batch by batch: memory does not grow with the data set."""

import contextlib
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import xarray as xr
import zarr

from scatterlab.errors import StoreError
from scatterlab.stores.atomic import replacing

CHUNK_BYTES = 4_000_000
"""Aim for the uncompressed size of one chunk."""


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

    Use ``with StoreWriter(...) as writer: writer.append(batch)``. Raises `StoreError` for a batch
    of the wrong shape or dtype, one that is not finite, or too few batches.
    """

    def __init__(self, path, name, shape, dims, dtype, coords: Mapping, attrs: Mapping):
        self.path, self.name = Path(path), name
        self.shape, self.dims, self.dtype = tuple(map(int, shape)), tuple(dims), np.dtype(dtype)
        self.coords, self.attrs = dict(coords), json.loads(json.dumps(dict(attrs)))
        self.written = 0
        self._waiting: list[np.ndarray] = []

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(replacing(self.path))
        try:
            # coordinates and attributes first, by xarray, then the array itself, by zarr
            _to_zarr(xr.Dataset(coords=self.coords, attrs=self.attrs), folder)
            self._array = zarr.open_group(folder, mode="a").create_array(
                self.name,
                shape=self.shape,
                dtype=self.dtype,
                chunks=self.chunks,
                dimension_names=self.dims,
                fill_value=0,
                # a chunk of zeros is written like any other: a missing file is a fault
                config={"write_empty_chunks": True},
            )
            consolidate(folder)
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

    @property
    def _taken(self) -> int:
        return self.written + sum(map(len, self._waiting))

    def append(self, batch: np.ndarray) -> None:
        """Take the next samples; they are written when they fill a chunk."""
        batch = np.asarray(batch)
        taken = self._taken
        if batch.shape[1:] != self.shape[1:] or taken + len(batch) > self.shape[0]:
            raise StoreError(
                f"{self.path}: a batch of shape {batch.shape} at sample {taken} does not "
                f"fit an array of shape {self.shape}"
            )
        if not np.can_cast(batch.dtype, self.dtype, casting="same_kind"):
            raise StoreError(f"{self.path}: a batch of dtype {batch.dtype} is not {self.dtype}")
        batch = batch.astype(self.dtype, copy=False)
        if self.dtype.kind == "f" and not np.isfinite(batch).all():
            finite = np.isfinite(batch).reshape(len(batch), -1).all(axis=1)
            bad = taken + int(finite.argmin())
            raise StoreError(f"{self.path}: sample {bad} is not finite (NaN or overflow)")
        self._waiting.append(batch)
        total = taken + len(batch)
        if total == self.shape[0] or total - self.written >= self.chunks[0]:
            self._write(total)

    def _write(self, total: int) -> None:
        """Write what waits, up to sample `total`, but only whole chunks before the end."""
        waiting = np.concatenate(self._waiting)
        count = total - self.written
        if total < self.shape[0]:
            count -= count % self.chunks[0]
        self._array[self.written : self.written + count] = waiting[:count]
        self._waiting = [waiting[count:]]
        self.written += count

    def __exit__(self, kind, error, traceback):
        if kind is None and self._taken != self.shape[0]:
            error = StoreError(f"{self.path}: only {self._taken} of {self.shape[0]} samples came")
            self._stack.__exit__(type(error), error, None)
            raise error
        return self._stack.__exit__(kind, error, traceback)


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
