import json
import sys
import tracemalloc

import numpy as np
import pytest
from small_archives import archive_section, idx_bytes, prepared, spec_of

from scatterlab.data import registry
from scatterlab.errors import ConfigError
from scatterlab.stores.manifest import verify_store


def test_digits_need_no_archive_and_may_be_enlarged(tmp_path):
    store = prepared(tmp_path, spec_of(format="digits", size=32, title="Digits, enlarged"))
    assert dict(store.sizes) == {"sample": 1797, "channel": 1, "y": 32, "x": 32}
    assert store.images.dtype == np.float32
    assert store.images.min() == 0
    assert store.images.max() == 1
    assert store.attrs["title"] == "Digits, enlarged"
    shares = [np.bincount(store.label[store.split == part]) for part in (0, 1)]
    np.testing.assert_allclose(shares[1] / np.sum(shares, axis=0), 0.2, atol=0.01)


def test_padding_applies_to_any_format(tmp_path, idx_files):
    paths, (train, *_) = idx_files
    spec = spec_of(format="idx", archives=archive_section(*paths), size=[8, 8], fit="pad")
    store = prepared(tmp_path, spec, *paths)
    np.testing.assert_array_equal(store.images[:7, 0, 1:7, 2:6], train)


def test_the_store_says_where_it_comes_from(tmp_path, idx_files):
    paths, _ = idx_files
    store = prepared(tmp_path, spec_of(format="idx", archives=archive_section(*paths)), *paths)
    provenance = store.attrs["provenance"]
    assert provenance["format"] == "idx"
    assert [entry["file"] for entry in provenance["archives"]] == [path.name for path in paths]
    assert all(len(entry["sha256"]) == 64 for entry in provenance["archives"])
    manifest = json.loads((tmp_path / "images.json").read_text())
    assert manifest["parameters"] == provenance
    verify_store(tmp_path / "images.zarr", tmp_path / "images.json")


def test_memory_does_not_grow_with_the_data_set(tmp_path, idx_files):
    paths, (*_, test_labels) = idx_files
    count = 6000
    big = np.zeros((count, 100, 100), np.uint8)
    arrays = [big, np.zeros(count, np.uint8), np.zeros((5, 100, 100), np.uint8), test_labels]
    for path, array in zip(paths, arrays, strict=True):
        path.write_bytes(idx_bytes(array))
    tracemalloc.start()
    try:
        prepared(tmp_path, spec_of(format="idx", archives=archive_section(*paths)), *paths)
        assert tracemalloc.get_traced_memory()[1] < big.nbytes / 2
    finally:
        tracemalloc.stop()


def test_an_unknown_format_is_named():
    with pytest.raises(ConfigError, match="unknown format 'idz'; did you mean 'idx'"):
        registry.module_of("idz")


def test_a_reader_is_imported_only_when_asked_for(tmp_path, idx_files, monkeypatch):
    for module in registry.READERS.values():
        monkeypatch.delitem(sys.modules, module, raising=False)
    paths, _ = idx_files
    prepared(tmp_path, spec_of(format="idx", archives=archive_section(*paths)), *paths)
    assert [name for name in registry.READERS if registry.module_of(name) in sys.modules] == ["idx"]
