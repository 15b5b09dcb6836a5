import gzip

import numpy as np
import pytest
from small_archives import archive_section, prepared, spec_of

from scatterlab.data import usps
from scatterlab.errors import DataError


def text_of(labels, values):
    """Lines as in the published files: four digits after the point and a space at the end."""
    rows = np.column_stack([labels, values])
    return "".join(" ".join(f"{value:.4f}" for value in row) + " \n" for row in rows).encode()


@pytest.fixture
def parts():
    generator = np.random.default_rng(0)
    values = generator.integers(-1000, 1001, (5, 256)) / 1000
    return (np.array([6, 5, 4]), values[:3]), (np.array([9, 0]), values[3:])


def stored(tmp_path, train, test):
    paths = [tmp_path / "zip.train.gz", tmp_path / "zip.test.gz"]
    for path, text in zip(paths, (train, test), strict=True):
        path.write_bytes(text)
    return prepared(tmp_path, spec_of(format="usps", archives=archive_section(*paths)), *paths)


def test_minus_one_to_one_becomes_zero_to_one(tmp_path, parts):
    store = stored(tmp_path, gzip.compress(text_of(*parts[0])), text_of(*parts[1]))
    values = np.concatenate([parts[0][1], parts[1][1]]).reshape(5, 1, 16, 16)
    np.testing.assert_allclose(store.images, (values + 1) / 2, atol=1e-7)
    assert store.images.dtype == np.float32
    assert store.label.values.tolist() == [6, 5, 4, 9, 0]
    assert store.split.values.tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda text: text.replace(b" \n", b" 0.5 \n", 1), "line 1 has 258 numbers"),
        (lambda text: text.replace(b"5.0000", b"12.0000", 1), "line 2 has the label 12"),
        (lambda text: text.replace(b"\n4.0000 ", b"\n4.0000 x", 1), "line 3 is not numbers"),
        (lambda text: text.replace(b"\n4.0000 -", b"\n4.0000 -1", 1), "line 3.*outside"),
        (lambda text: text[:-200], "line 3 has"),
        (lambda text: gzip.compress(text)[:-20], "truncated"),
        (lambda text: b"", "holds no digits"),
    ],
)
def test_wrong_lines_are_named(tmp_path, parts, damage, complaint):
    parts[0][1][2, 0] = -0.5
    text = damage(text_of(*parts[0]))
    with pytest.raises(DataError, match=rf"zip\.train\.gz: .*{complaint}"):
        stored(tmp_path, text, text_of(*parts[1]))
    assert not (tmp_path / "images.zarr").exists()


def test_lines_without_an_end_and_lines_without_number_are_refused(tmp_path, parts, monkeypatch):
    endless = gzip.compress(b"0 " * 1_000_000)
    with pytest.raises(DataError, match=r"zip\.train\.gz: line 1 has 8192 numbers"):
        stored(tmp_path, endless, text_of(*parts[1]))
    monkeypatch.setattr(usps, "MAX_LINES", 2)
    with pytest.raises(DataError, match=r"zip\.train\.gz: has more than 2 lines"):
        stored(tmp_path, text_of(*parts[0]), text_of(*parts[1]))
