"""Stores are read from where they are, an object store for instance, and no more than is asked."""

import sys

import numpy as np
import pytest
import xarray as xr

from scatterlab import open_features, open_store
from scatterlab.errors import StoreError
from scatterlab.stores.writer import StoreWriter

DIMS = ("sample", "channel", "y", "x")
SAMPLES, CHUNK = 12, 3
FOLDER = "results/features/digits/scattering1"


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    """Two shards of features, in chunks of `CHUNK` samples."""
    folder = tmp_path_factory.mktemp("features")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scatterlab.stores.writer.CHUNK_BYTES", 4 * 2 * 4 * 4 * CHUNK)
        for shard in (0, 1):
            number = np.arange(SAMPLES) + shard * SAMPLES
            values = np.random.default_rng(shard).random((SAMPLES, 2, 4, 4), np.float32)
            split = ("sample", (number >= SAMPLES).astype("int8"))
            coords = {"sample": ("sample", number), "split": split}
            attrs = {"split_names": ["train", "test"]}
            path = folder / f"shard-{shard}-of-2.zarr"
            with StoreWriter(path, "features", values.shape, DIMS, "f4", coords, attrs) as writer:
                writer.append(values)
    return folder


@pytest.fixture(scope="module")
def url(features, object_store):
    """The same in a bucket."""
    bucket = object_store.bucket("read")
    for path in features.rglob("*"):
        if path.is_file():
            bucket.upload_file(str(path), f"{FOLDER}/{path.relative_to(features).as_posix()}")
    return f"s3://read/{FOLDER}"


def chunks_read(object_store, action) -> list[str]:
    """The chunks of features that `action` fetches, as <shard>/<number>."""
    before = len(object_store.fetched())
    action()
    paths = [path for path in object_store.fetched()[before:] if "/features/c/" in path]
    return sorted(f"{path.split('shard-')[1][0]}/{path.split('/c/')[1][0]}" for path in paths)


def test_features_in_an_object_store_are_those_of_the_folder(features, url, object_store):
    found = open_features(url, storage_options=object_store.options)
    assert found.identical(open_features(features))


def test_xarray_opens_a_store_by_its_url(features, url, object_store):
    name = "shard-1-of-2.zarr"
    found = xr.open_zarr(f"{url}/{name}", chunks=None, storage_options=object_store.options)
    assert found.identical(open_store(features / name))


def test_opening_a_store_fetches_none_of_its_features(url, object_store):
    path = f"{url}/shard-0-of-2.zarr"
    assert not chunks_read(
        object_store, lambda: open_store(path, storage_options=object_store.options)
    )


def test_only_the_chunks_that_were_selected_are_fetched(url, object_store):
    store = open_store(f"{url}/shard-0-of-2.zarr", storage_options=object_store.options)
    part = store["features"].isel(sample=slice(4, 8))
    assert chunks_read(object_store, part.load) == ["0/1", "0/2"]


def test_a_split_is_fetched_without_the_chunks_of_another(url, object_store):
    def read():
        open_features(url, split="test", storage_options=object_store.options)

    assert chunks_read(object_store, read) == ["1/0", "1/1", "1/2", "1/3"]


@pytest.mark.parametrize("place", ["s3://read/nowhere.zarr", "s3://nowhere/x.zarr"])
def test_a_store_that_is_not_there_is_named(object_store, place):
    with pytest.raises(StoreError, match=f"{place}: no such store"):
        open_store(place, storage_options=object_store.options)


def test_shards_that_are_not_there_are_named(object_store, url):
    with pytest.raises(StoreError, match="s3://read/empty: no shards here"):
        open_features("s3://read/empty", storage_options=object_store.options)


def test_a_server_out_of_reach_is_an_error_that_says_what_to_correct(object_store):
    options = {**object_store.options, "endpoint_url": "http://127.0.0.1:1"}
    with pytest.raises(StoreError, match=r"s3://read/x.zarr: cannot be read .* correct the URL"):
        open_store("s3://read/x.zarr", storage_options=options)


def test_without_s3fs_the_error_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    with pytest.raises(StoreError, match=r"s3://a/b.zarr: .*pip install 'scatterlab\[storage\]'"):
        open_store("s3://a/b.zarr")
