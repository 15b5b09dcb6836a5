import json
import resource
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scatterlab import LeNet5, Scattering2D
from scatterlab.errors import ConfigError, StoreError
from scatterlab.features import (
    BATCH_BYTES,
    batch_size,
    batches_of,
    compute_features,
    device_of,
    overlapped,
    shard_bounds,
)
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.reader import open_features
from scatterlab.stores.writer import StoreWriter
from scatterlab.training.tensors import write_tensors

SCRIPT = Path(__file__).parents[1] / "src" / "scripts" / "compute_features.py"
SPEC = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2, "bank": "unitary"}


@pytest.fixture
def images(tmp_path):
    """A store of eleven random grey images of 8×8 pixels, and its manifest."""
    values = np.random.default_rng(0).integers(0, 256, (11, 1, 8, 8), np.uint8)
    number = np.arange(11)
    coords = {"sample": ("sample", number), "label": ("sample", number % 2)}
    coords["split"] = ("sample", (number >= 7).astype(int))
    attrs = {"class_names": ["a", "b"], "split_names": ["train", "test"], "title": "noise"}
    dims = ("sample", "channel", "y", "x")
    with StoreWriter(
        tmp_path / "images.zarr", "images", values.shape, dims, "uint8", coords, attrs
    ) as writer:
        writer.append(values)
    write_manifest(tmp_path / "images.zarr", tmp_path / "images.json")
    return tmp_path / "images.zarr", tmp_path / "images.json", values


def test_what_has_weights_is_computed_on_a_gpu_where_there_is_one(monkeypatch):
    scattering, network = Scattering2D(2, (8, 8), engine="reference"), LeNet5()
    for gpu, expected in ((False, "cpu"), (True, "cuda")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda gpu=gpu: gpu)
        assert device_of(network, "torch") == expected
        assert device_of(scattering, "reference") == "cpu"
        assert device_of(scattering, "cuda") == "cuda"


def test_features_are_the_cascades_maps_whatever_the_shards_and_batches(images, tmp_path):
    store, manifest, values = images
    for shard in range(3):
        target = tmp_path / "f" / f"shard-{shard}-of-3"
        compute_features(
            store,
            manifest,
            SPEC,
            shard,
            3,
            target.with_suffix(".zarr"),
            target.with_suffix(".json"),
        )
    found = open_features(tmp_path / "f")
    scattering = Scattering2D(2, (8, 8), L=4, bank="unitary")
    expected = scattering(torch.from_numpy(values[:, 0]).float() / 255)
    np.testing.assert_allclose(found["features"].values, expected.numpy(), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(found["sample"], np.arange(11))
    np.testing.assert_array_equal(found["order"], scattering.table()["order"])
    np.testing.assert_array_equal(found["theta2"], scattering.table()["theta2"])
    assert found["j1"].attrs["units"] == "log2 pixels"
    np.testing.assert_allclose(found["theta1"].attrs["angles"], np.pi * np.arange(4) / 4)


def test_the_bytes_are_the_same_for_any_number_of_threads(images, tmp_path, monkeypatch):
    store, manifest, _ = images
    monkeypatch.setattr("scatterlab.stores.writer.CHUNK_BYTES", 1000)
    monkeypatch.setattr("scatterlab.features.BATCH_BYTES", 2000)
    usual, written = torch.get_num_threads(), []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            folder = tmp_path / str(threads)
            compute_features(store, manifest, SPEC, 0, 1, folder / "f.zarr", folder / "f.json")
            written.append((folder / "f.json").read_bytes())
    finally:
        torch.set_num_threads(usual)
    assert written[0] == written[1]
    assert len(list((tmp_path / "1" / "f.zarr" / "features" / "c").iterdir())) > 3


class RecordedImages:
    """Images 0, 1, 2… of one pixel, in chunks, that note what is read of them."""

    def __init__(self, samples, chunk):
        self.values = np.arange(samples).reshape(-1, 1, 1, 1)
        self.shape, self.dtype = self.values.shape, self.values.dtype
        self.encoding = {"chunks": (chunk, 1, 1, 1)}
        self.read = []

    def __getitem__(self, part):
        self.read.append((part.start, part.stop))
        return SimpleNamespace(values=self.values[part])


@given(
    bounds=st.lists(st.integers(0, 60), min_size=2, max_size=2, unique=True).map(sorted),
    chunk=st.integers(1, 70),
    size=st.integers(1, 70),
)
def test_batches_are_full_and_in_order_and_no_chunk_is_read_twice(bounds, chunk, size):
    images = RecordedImages(60, chunk)
    batches = list(batches_of(images, slice(*bounds), size))
    assert np.concatenate(batches).ravel().tolist() == list(range(*bounds))
    assert {len(batch) for batch in batches[:-1]} <= {size}
    assert len(batches[-1]) <= size
    chunks_read = [start // chunk for start, _ in images.read]
    assert chunks_read == [(stop - 1) // chunk for _, stop in images.read]
    assert len(set(chunks_read)) == len(chunks_read)


@given(workers=st.integers(1, 3), count=st.integers(0, 30))
def test_few_items_wait_however_many_there_are(workers, count):
    started = []
    results = overlapped(lambda item: started.append(item) or -item, iter(range(count)), workers)
    for number, result in enumerate(results):
        assert result == -number
        assert len(started) <= number + 2 * workers + 1


def test_every_thread_gives_torch_one_thread_and_errors_come_through():
    def fail(item):
        raise StoreError(f"{item} {torch.get_num_threads()} {threading.current_thread().name}")

    with pytest.raises(StoreError, match="7 1 ThreadPool"):
        list(overlapped(fail, [7], 2))


def test_a_batch_is_what_the_cascade_prefers_or_bounded_in_bytes():
    assert batch_size(SimpleNamespace(batch_size=48), (81, 7, 7)) == 48
    assert batch_size(SimpleNamespace(batch_size=None), (81, 7, 7)) == 64
    assert batch_size(SimpleNamespace(), (BATCH_BYTES // 10, 1, 1)) == 2
    assert batch_size(SimpleNamespace(), (BATCH_BYTES, 1, 1)) == 1


def test_every_sample_is_in_exactly_one_shard():
    bounds = [shard_bounds(17, shard, 5) for shard in range(5)]
    assert [start for start, _ in bounds] == [0, *(stop for _, stop in bounds[:-1])]
    assert bounds[-1][1] == 17
    with pytest.raises(ConfigError, match="at most as many shards"):
        shard_bounds(3, 0, 4)


def test_a_damaged_images_store_is_refused_and_nothing_is_written(images, tmp_path):
    store, manifest, _ = images
    (store / "images" / "c" / "0" / "0" / "0" / "0").unlink()
    with pytest.raises(StoreError, match="images/c/0/0/0/0 is missing"):
        compute_features(store, manifest, SPEC, 0, 1, tmp_path / "f.zarr", tmp_path / "f.json")
    assert not (tmp_path / "f.zarr").exists()


def test_images_unlike_those_of_a_network_are_named_beside_its_weights(images, tmp_path):
    store, manifest, _ = images
    weights = tmp_path / "weights.safetensors"
    write_tensors(weights, {"w": torch.zeros(1)}, {"image_shape": [1, 32, 32], "classes": 3})
    spec = {"kind": "network", "network": {"kind": "lenet5", "seed": 0}, "layer": "F6"}
    message = r"images.zarr: .*weights.safetensors takes images like those it was trained on"
    with pytest.raises(ConfigError, match=message):
        compute_features(
            store, manifest, spec, 0, 1, tmp_path / "f.zarr", tmp_path / "f.json", weights=weights
        )
    assert not (tmp_path / "f.zarr").exists()


def test_the_script_says_plainly_what_is_wrong(images, tmp_path):
    store, manifest, _ = images
    command = [sys.executable, SCRIPT, "--images", store, "--images-manifest", manifest]
    command += ["--spec", json.dumps({**SPEC, "J": 9}), "--store", tmp_path / "f.zarr"]
    done = subprocess.run(
        [*command, "--manifest", tmp_path / "f.json"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: J=9 is too large: 2^J = 512")
    assert "Traceback" not in done.stderr


def script(store, manifest, target, **options):
    command = [sys.executable, SCRIPT, "--images", store, "--images-manifest", manifest]
    command += ["--spec", json.dumps(SPEC), "--store", target, "--manifest", f"{target}.json"]
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_a_full_disk_is_said_plainly_and_leaves_the_earlier_store_whole(images, tmp_path):
    """A limit on the size of a file stands for the full disk: writes fail half-way alike."""
    store, manifest, _ = images
    target = tmp_path / "f" / "shard-0-of-1.zarr"
    assert script(store, manifest, target).returncode == 0
    before = open_features(tmp_path / "f")

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    done = script(store, manifest, target, preexec_fn=small_files)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(entry.name for entry in target.parent.iterdir()) == [
        target.name,
        f"{target.name}.json",
    ]
    assert open_features(tmp_path / "f").identical(before)


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="no /sys, which nobody may write to")
def test_a_folder_that_may_not_be_written_is_named(images):
    store, manifest, _ = images
    done = script(store, manifest, Path("/sys/f.zarr"))
    assert done.returncode == 1
    assert "/sys" in done.stderr
    assert "Traceback" not in done.stderr
