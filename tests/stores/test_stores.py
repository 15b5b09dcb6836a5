import contextlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.errors import StoreError
from scatterlab.stores.manifest import read_manifest, verify_store, write_manifest
from scatterlab.stores.reader import open_features, open_store, shard_paths
from scatterlab.stores.writer import StoreWriter, write_dataset

DIMS = ("sample", "channel", "y", "x")


def write_shard(folder, shard=0, shards=1, samples=10, seed=0):
    """A shard of random features with every second sample in the test split."""
    path = folder / f"shard-{shard}-of-{shards}.zarr"
    number = np.arange(samples) + shard * samples
    coords = {
        "sample": ("sample", number),
        "label": ("sample", number % 3),
        "split": ("sample", number % 2),
        "order": ("channel", np.array([0, 1, 1, 2])),
    }
    values = np.random.default_rng(seed + shard).random((samples, 4, 2, 2), np.float32)
    attrs = {"split_names": ["train", "test"], "class_names": ["a", "b", "c"]}
    with StoreWriter(path, "features", values.shape, DIMS, "float32", coords, attrs) as writer:
        for part in np.array_split(values, 3):
            writer.append(part)
    return path, values


def test_what_was_written_batch_by_batch_is_read_with_its_names(tmp_path):
    path, values = write_shard(tmp_path)
    with xr.open_zarr(path, chunks=None) as store:
        assert store["features"].dims == DIMS
        np.testing.assert_array_equal(store["features"].values, values)
        assert set(store.coords) == {"sample", "label", "split", "order"}
        assert store["features"].isel(channel=store["order"] == 1).sizes["channel"] == 2


def test_writing_many_small_batches_fills_whole_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr("scatterlab.stores.writer.CHUNK_BYTES", 4 * 3 * 4 * 4)
    path, values = write_shard(tmp_path)
    assert len(list((path / "features" / "c").iterdir())) == 4
    np.testing.assert_array_equal(open_store(path)["features"].values, values)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "float64"])
def test_chunks_are_byte_for_byte_those_that_zarr_would_write(tmp_path, monkeypatch, dtype):
    monkeypatch.setattr("scatterlab.stores.writer.CHUNK_BYTES", 3000)
    values = np.random.default_rng(0).integers(0, 9, (70, 4, 5, 5)).astype(dtype)
    path = tmp_path / "s.zarr"
    with StoreWriter(path, "a", values.shape, DIMS, dtype, {}, {}) as writer:
        writer.append(values)
    chunks = sorted(file for file in (path / "a" / "c").rglob("*") if file.is_file())
    ours = [chunk.read_bytes() for chunk in chunks]
    assert len(ours) > 2
    zarr.open_group(path, mode="r+")["a"][:] = values
    assert [chunk.read_bytes() for chunk in chunks] == ours


def test_shards_are_joined_in_order_and_cut_by_split(tmp_path):
    values = [write_shard(tmp_path, shard, 3)[1] for shard in (0, 1, 2)]
    joined = open_features(tmp_path)
    np.testing.assert_array_equal(joined["features"].values, np.concatenate(values))
    test = open_features(tmp_path, split="test", channel=slice(0, 2))
    np.testing.assert_array_equal(test["sample"].values, np.arange(1, 30, 2))
    assert test.sizes["channel"] == 2
    shutil.rmtree(tmp_path / "shard-1-of-3.zarr")
    with pytest.raises(StoreError, match="shard 1 of 3 is missing"):
        open_features(tmp_path)


def test_two_writes_of_the_same_content_have_the_same_manifest(tmp_path):
    manifests = []
    for name in ("one", "two"):
        path, _ = write_shard(tmp_path / name)
        write_manifest(path, tmp_path / name / "m.json", parameters={"J": 2}, engine="reference")
        manifests.append((tmp_path / name / "m.json").read_bytes())
    assert manifests[0] == manifests[1]
    content = read_manifest(tmp_path / "one" / "m.json")
    assert content["arrays"]["features"] == {
        "shape": [10, 4, 2, 2],
        "chunks": [10, 4, 2, 2],
        "dtype": "float32",
        "dimensions": list(DIMS),
    }
    assert content["engine"] == "reference"


@pytest.mark.parametrize("damage", ["missing chunk", "flipped bit", "added file"])
def test_verify_finds_damage_and_names_the_file(tmp_path, damage):
    path, _ = write_shard(tmp_path)
    manifest = tmp_path / "m.json"
    write_manifest(path, manifest)
    verify_store(path, manifest)
    chunk = path / "features" / "c" / "0" / "0" / "0" / "0"
    if damage == "missing chunk":
        chunk.unlink()
    elif damage == "flipped bit":
        content = bytearray(chunk.read_bytes())
        content[len(content) // 2] ^= 1
        chunk.write_bytes(content)
    else:
        chunk.with_name("1").write_bytes(b"stray")
    with pytest.raises(StoreError, match=r"features/c/0/0/0/[01] .*delete .* run again"):
        verify_store(path, manifest)


@given(damaged=st.integers(0, 9), start=st.integers(0, 9), count=st.integers(1, 10))
def test_verifying_some_samples_reads_the_chunks_that_hold_them(damaged, start, count):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("scatterlab.stores.writer.CHUNK_BYTES", 3 * 4 * 4 * 4)
        path, _ = write_shard(Path(folder))
        write_manifest(path, path.with_suffix(".json"))
        (path / "features" / "c" / f"{damaged // 3}" / "0" / "0" / "0").write_bytes(b"altered")
        read = {sample // 3 for sample in range(start, min(start + count, 10))}
        with pytest.raises(StoreError) if damaged // 3 in read else contextlib.nullcontext():
            verify_store(path, path.with_suffix(".json"), slice(start, start + count))


def test_verifying_some_samples_reads_all_that_is_said_of_all(tmp_path):
    path, _ = write_shard(tmp_path)
    write_manifest(path, path.with_suffix(".json"))
    (path / "order" / "c" / "0").write_bytes(b"altered")
    with pytest.raises(StoreError, match="order/c/0 does not match"):
        verify_store(path, path.with_suffix(".json"), slice(0, 1))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace('"features/zarr.json"', '"features/other.json"'), "was altered"),
        (lambda text: text.replace('"float32"', '"float64"'), "was altered"),
        (lambda text: text.replace("10,\n    4,", "9,\n    4,", 1), "was altered"),
        (lambda text: text.replace('"J": 2', '"J": 3'), "was altered"),
        (lambda text: text[: len(text) // 2], "not a manifest"),
        (lambda text: "[]", "not a manifest"),
        (lambda text: "", "not a manifest"),
    ],
)
def test_an_edited_manifest_is_found(tmp_path, edit, message):
    path, _ = write_shard(tmp_path)
    manifest = tmp_path / "m.json"
    write_manifest(path, manifest, parameters={"J": 2})
    before = manifest.read_text()
    manifest.write_text(edit(before))
    assert manifest.read_text() != before
    with pytest.raises(StoreError, match=rf"m\.json: {message}.*delete it and run again"):
        verify_store(path, manifest)


def test_snakemakes_time_stamp_is_not_damage(tmp_path):
    path, _ = write_shard(tmp_path)
    write_manifest(path, tmp_path / "m.json")
    (path / ".snakemake_timestamp").touch()
    verify_store(path, tmp_path / "m.json")


def test_no_manifest_is_written_for_an_incomplete_store(tmp_path):
    path, _ = write_shard(tmp_path)
    (path / "label" / "c" / "0").unlink()
    with pytest.raises(StoreError, match="label/c/0 was never written"):
        write_manifest(path, tmp_path / "m.json")
    assert not (tmp_path / "m.json").exists()


def test_a_store_that_fails_leaves_the_earlier_one_whole(tmp_path):
    path, values = write_shard(tmp_path)
    bad = values.copy()
    bad[7, 1] = np.nan
    for batch, message in ((bad, "sample 7 is not finite"), (values[:5], "only 5 of 10 samples")):
        with (
            pytest.raises(StoreError, match=message),
            StoreWriter(path, "features", values.shape, DIMS, "float32", {}, {}) as writer,
        ):
            writer.append(batch)
    np.testing.assert_array_equal(open_store(path)["features"].values, values)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (np.zeros((2, 4, 2, 3), np.float32), "does not fit"),
        (np.zeros((11, 4, 2, 2), np.float32), "does not fit"),
        (np.zeros((2, 4, 2, 2), complex), "complex128 is not float32"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(tmp_path, batch, message):
    with (
        pytest.raises(StoreError, match=message),
        StoreWriter(tmp_path / "s.zarr", "f", (10, 4, 2, 2), DIMS, "float32", {}, {}) as writer,
    ):
        writer.append(batch)


def test_a_result_of_zeros_is_complete(tmp_path):
    write_dataset(tmp_path / "r.zarr", xr.Dataset({"error": ("shift", np.zeros(5))}))
    write_manifest(tmp_path / "r.zarr", tmp_path / "r.json")
    assert (open_store(tmp_path / "r.zarr")["error"] == 0).all()


def test_a_store_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"nowhere\.zarr: no such store"):
        open_store(tmp_path / "nowhere.zarr")
    with pytest.raises(StoreError, match="no shards here"):
        open_features(tmp_path)
    with pytest.raises(StoreError, match="no such manifest"):
        verify_store(tmp_path, tmp_path / "m.json")


def test_of_two_sets_of_shards_one_is_asked_for_by_its_number(tmp_path):
    one, two = (
        [write_shard(tmp_path, shard, shards)[0] for shard in range(shards)] for shards in (1, 2)
    )
    with pytest.raises(StoreError, match="two different sets of shards"):
        shard_paths(tmp_path)
    assert (shard_paths(tmp_path, 1), shard_paths(tmp_path, 2)) == (one, two)


def test_an_unknown_split_is_named(tmp_path):
    write_shard(tmp_path)
    with pytest.raises(StoreError, match="no split 'validation'; it has train, test"):
        open_features(tmp_path, split="validation")
