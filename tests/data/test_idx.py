import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from small_archives import archive_section, idx_bytes, prepared, spec_of

from scatterlab.data import unpack
from scatterlab.data.idx import open_idx, read_labels
from scatterlab.errors import DataError

ARRAYS = hnp.arrays(
    st.sampled_from(["uint8", "int8", "int16", "int32", "float32"]).map(np.dtype),
    hnp.array_shapes(min_dims=1, max_dims=4, max_side=5),
)


@settings(deadline=None, max_examples=40)
@given(array=ARRAYS, packed=st.booleans())
def test_what_is_written_is_read(array, packed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a")
        path.write_bytes(gzip.compress(idx_bytes(array)) if packed else idx_bytes(array))
        with open_idx(path) as file:
            assert file.shape == array.shape
            np.testing.assert_array_equal(np.stack(list(file.items())), array)


def refuse(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "labels")
        path.write_bytes(content)
        with pytest.raises(DataError, match="labels"):
            read_labels(path)


@settings(deadline=None, max_examples=30)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_refused(share):
    whole = idx_bytes(np.arange(10, dtype=np.uint8))
    for packed in (whole, gzip.compress(whole)):
        refuse(packed[: int(share * len(packed))])


def test_a_file_that_goes_on_is_refused():
    whole = idx_bytes(np.arange(10, dtype=np.uint8))
    refuse(whole + b"x")
    refuse(gzip.compress(whole + b"x"))


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        (b"\x00\x01\x08\x01", "not an idx file"),
        (b"\x00\x00\x07\x01", "not an idx file"),
        (b"\x00\x00\x08\x00", "not an idx file"),
        (b"\x00\x00\x0d\x01", "labels are one dimension of integers"),
        (b"\x00\x00\x08\x02\x00\x00\x00\x01", "labels are one dimension"),
    ],
)
def test_wrong_headers_are_refused(tmp_path, header, complaint):
    (tmp_path / "labels").write_bytes(header + b"\x00\x00\x00\x01" + bytes(4))
    with pytest.raises(DataError, match=complaint):
        read_labels(tmp_path / "labels")


def test_a_huge_announced_size_is_refused_before_memory_is_asked_for(tmp_path):
    (tmp_path / "images").write_bytes(b"\x00\x00\x08\x03" + b"\xff" * 12)
    with pytest.raises(DataError, match="too large"), open_idx(tmp_path / "images"):
        pass


def test_a_small_file_that_announces_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "SMALL_BYTES", 100_000)
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(idx_bytes(np.zeros(200_000, np.uint8))))
    with pytest.raises(DataError, match=r"labels\.gz: .* unpacks to 200,000 bytes, from .*refused"):
        read_labels(path)


def test_the_store_holds_both_splits_in_their_order(tmp_path, idx_files):
    paths, (train, train_labels, test, test_labels) = idx_files
    store = prepared(tmp_path, spec_of(format="idx", archives=archive_section(*paths)), *paths)
    np.testing.assert_array_equal(store.images, np.concatenate([train, test])[:, None])
    np.testing.assert_array_equal(store.label, np.concatenate([train_labels, test_labels]))
    assert store.split.values.tolist() == [0] * 7 + [1] * 5
    assert store.attrs["class_names"] == ["0", "1", "2", "3"]


def test_limit_takes_the_first_of_each_split(tmp_path, idx_files):
    paths, (train, _, test, _) = idx_files
    spec = spec_of(format="idx", archives=archive_section(*paths), limit=3)
    store = prepared(tmp_path, spec, *paths)
    np.testing.assert_array_equal(store.images[:, 0], np.concatenate([train[:3], test[:3]]))
    assert store.split.values.tolist() == [0] * 3 + [1] * 3


def test_labels_that_do_not_start_at_zero_become_classes(tmp_path, idx_files):
    paths, arrays = idx_files
    for place in (1, 3):
        paths[place].write_bytes(idx_bytes(arrays[place] + np.uint8(1)))
    section = {"format": "idx", "archives": archive_section(*paths)}
    store = prepared(tmp_path, spec_of(**section), *paths)
    assert store.attrs["class_names"] == ["1", "2", "3", "4"]
    assert store.label.values.min() == 0
    named = spec_of(**section, class_names=["n/a", "one", "two", "three", "four"])
    assert prepared(tmp_path, named, *paths).attrs["class_names"] == ["one", "two", "three", "four"]
    with pytest.raises(DataError, match="label 4 has no name"):
        prepared(tmp_path, spec_of(**section, class_names=["a", "b", "c"]), *paths)


def test_floats_and_colour_are_read(tmp_path, idx_files):
    paths, arrays = idx_files
    for place in (0, 2):
        colour = np.stack([arrays[place]] * 3, axis=-1).astype(np.float32) / 255
        paths[place].write_bytes(idx_bytes(colour))
    spec = spec_of(format="idx", archives=archive_section(*paths))
    store = prepared(tmp_path, spec, *paths)
    assert store.images.shape == (12, 3, 6, 4)
    assert store.images.dtype == np.float32
    paths[0].write_bytes(idx_bytes(colour.repeat(2, axis=0)[:7] * 255))
    with pytest.raises(DataError, match=r"outside \[0, 1\]"):
        prepared(tmp_path, spec, *paths)


@pytest.mark.parametrize(
    ("place", "array", "complaint"),
    [
        (1, np.zeros(6, np.uint8), "7 images.* 6 labels"),
        (2, np.zeros((5, 6, 5), np.uint8), "test images are uint8"),
        (0, np.zeros((7, 6, 4), np.int16), "not int16"),
        (0, np.zeros((7, 6), np.uint8), r"\(sample, y, x"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path, idx_files, place, array, complaint):
    paths, _ = idx_files
    paths[place].write_bytes(idx_bytes(array))
    with pytest.raises(DataError, match=complaint):
        prepared(tmp_path, spec_of(format="idx", archives=archive_section(*paths)), *paths)
    assert not (tmp_path / "images.zarr").exists()


def test_damage_at_the_end_is_found_and_the_old_store_stays(tmp_path, idx_files):
    paths, arrays = idx_files
    spec = spec_of(format="idx", archives=archive_section(*paths))
    before = prepared(tmp_path, spec, *paths).images.values
    paths[2].write_bytes(gzip.compress(idx_bytes(arrays[2]) + b"x"))
    with pytest.raises(DataError, match="goes on after"):
        prepared(tmp_path, spec, *paths)
    paths[2].write_bytes(gzip.compress(idx_bytes(arrays[2])[:-1]))
    with pytest.raises(DataError, match="ends within item 4"):
        prepared(tmp_path, spec, *paths)
    np.testing.assert_array_equal(
        xr.open_zarr(tmp_path / "images.zarr", chunks=None).images, before
    )
