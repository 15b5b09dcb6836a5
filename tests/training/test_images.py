"""Images that are held, and images that are read as they are needed."""

import numpy as np
import pytest
import torch

from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import StoreWriter
from scatterlab.training import images as module
from scatterlab.training.images import HeldImages, StoredImages, stored_images

COUNT, CHUNK, IMAGE = 103, 8, 3 * 4 * 5


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A store of 103 images of 60 bytes, eight a chunk; the first pixel is the image's number."""
    monkeypatch.setattr("scatterlab.stores.writer.CHUNK_BYTES", CHUNK * IMAGE)
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 3, 4, 5)).astype("uint8")
    images[:, 0, 0, 0] = np.arange(COUNT)
    dims = ("sample", "channel", "y", "x")
    path = tmp_path / "images.zarr"
    with StoreWriter(path, "images", images.shape, dims, "uint8", {}, {}) as writer:
        writer.append(images)
    return open_store(path)["images"]


@pytest.fixture
def reads(monkeypatch):
    """The first sample and number of samples of each read of the store."""
    found = []
    read = StoredImages._read

    class Counting:
        def __init__(self, stored):
            self.stored, self.dtype, self.shape = stored, stored.dtype, stored.shape

        def __getitem__(self, part):
            cut = self.stored[part]
            found.append((part.start, len(cut)))
            return cut

    def counted(self, wanted):
        self.stored = self.stored if isinstance(self.stored, Counting) else Counting(self.stored)
        return read(self, wanted)

    monkeypatch.setattr(StoredImages, "_read", counted)
    return found


def numbers(batches):
    return [batch[:, 0, 0, 0].tolist() for batch in batches]


@pytest.mark.parametrize("window", [1, 20 * IMAGE, 1000 * IMAGE])
@pytest.mark.parametrize("size", [1, 7, 32])
def test_any_order_gives_the_images_of_that_order(stored, window, size):
    order = np.random.default_rng(1).integers(0, COUNT, 150)
    streamed = StoredImages(stored, np.arange(COUNT), window)
    held = HeldImages(torch.from_numpy(stored.values))
    batches = list(streamed.batches(order, size))
    assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    for ours, theirs in zip(batches, held.batches(order, size), strict=True):
        assert torch.equal(ours, theirs)


def test_an_order_is_a_permutation_that_another_draw_changes(stored):
    streamed = StoredImages(stored, np.arange(COUNT), 20 * IMAGE)
    first, second = (streamed.order(np.random.default_rng(seed)) for seed in (0, 1))
    assert sorted(first) == sorted(second) == list(range(COUNT))
    assert list(first) != list(second)
    assert list(first) == list(streamed.order(np.random.default_rng(0)))


def test_an_order_mixes_the_chunks_of_a_window(stored):
    # windows of five chunks, 40 images, begin with chunks from anywhere
    streamed = StoredImages(stored, np.arange(COUNT), 44 * IMAGE)
    order = streamed.order(np.random.default_rng(0))
    assert len(set(order[:16] // CHUNK)) > 2
    assert len(set(order[:40] // CHUNK)) <= 6


def test_each_chunk_is_read_at_most_twice_and_little_is_held(stored, reads):
    samples = np.arange(COUNT)
    streamed = StoredImages(stored, samples, 40 * IMAGE)
    order = streamed.order(np.random.default_rng(0))
    seen = [number for batch in numbers(streamed.batches(order, 8)) for number in batch]
    assert sorted(seen) == list(range(COUNT))
    starts, sizes = zip(*reads, strict=True)
    assert max(sizes) <= CHUNK
    assert max(map(starts.count, starts)) <= 2


def test_reading_is_at_most_one_window_ahead(stored, reads):
    streamed = StoredImages(stored, np.arange(COUNT), 16 * IMAGE)
    batches = streamed.batches(np.arange(COUNT), 8)
    next(batches)
    assert sum(size for _, size in reads) <= 2 * 16


def test_only_the_chosen_samples_are_read(stored, reads):
    samples = np.array([3, 5, 50, 51, 100])
    streamed = StoredImages(stored, samples, 1000 * IMAGE)
    assert numbers(streamed.batches(np.array([4, 0, 2]), 2)) == [[100, 3], [50]]
    assert {start // CHUNK for start, _ in reads} == {0, 50 // CHUNK, 100 // CHUNK}
    assert sorted(streamed.order(np.random.default_rng(0))) == [0, 1, 2, 3, 4]


def test_few_are_held_and_many_are_not(stored):
    samples = np.arange(1, COUNT, 2)
    held = stored_images(stored, samples, held_bytes=len(samples) * IMAGE)
    assert isinstance(held, HeldImages)
    assert numbers(held.batches(np.array([0, 2]), 2)) == [[1, 5]]
    assert isinstance(stored_images(stored, samples, len(samples) * IMAGE - 1), StoredImages)
    assert module.WINDOW_BYTES <= module.HELD_BYTES
