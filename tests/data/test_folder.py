import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_archives import archive_section, png_bytes, prepared, spec_of, write_tar, write_zip

from scatterlab.data.natural import natural
from scatterlab.errors import DataError


def grey(value, height=8, width=8):
    return png_bytes(np.full((height, width), value, np.uint8))


def corners(store):
    """The upper left value of each image: in these tests it tells which one it is."""
    return store.images[:, 0, 0, 0].values.tolist()


def test_three_lines_of_configuration_make_a_data_set(tmp_path, picture_folder):
    store = prepared(tmp_path, spec_of(format="folder", path=str(picture_folder)))
    assert dict(store.sizes) == {"sample": 20, "channel": 1, "y": 8, "x": 8}
    assert store.images.dtype == np.uint8
    assert store.attrs["class_names"] == ["cat", "dog"]
    np.testing.assert_array_equal(store.label, np.array(corners(store)) // 100)
    assert np.bincount(store.label[store.split == 0]).tolist() == [8, 8]
    assert sorted(corners(store)) == [*range(10), *range(100, 110)]


def test_the_same_folder_gives_the_same_store(tmp_path, picture_folder):
    spec = spec_of(format="folder", path=str(picture_folder))
    for name in ("one", "two"):
        prepared(tmp_path / name, spec)
    first, second = ((tmp_path / name / "images.json").read_text() for name in ("one", "two"))
    assert first == second
    other = spec_of(format="folder", path=str(picture_folder), split={"seed": 1})
    assert corners(prepared(tmp_path, other)) != corners(prepared(tmp_path, spec))


def test_limit_takes_from_all_classes(tmp_path, picture_folder):
    store = prepared(tmp_path, spec_of(format="folder", path=str(picture_folder), limit=2))
    assert store.label.values.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("writer", [write_zip, write_tar, lambda *a: write_tar(*a, "gz")])
def test_an_archive_gives_the_same_images_as_the_folder(tmp_path, picture_folder, writer):
    members = {
        f"top/{path.relative_to(picture_folder).as_posix()}": path.read_bytes()
        for path in sorted(picture_folder.rglob("*.png"), reverse=True)
    }
    path = writer(tmp_path / "archive", members)
    spec = spec_of(format="folder", root="top", archives=archive_section(path))
    packed = prepared(tmp_path, spec, path)
    plain = prepared(tmp_path / "plain", spec_of(format="folder", path=str(picture_folder)))
    np.testing.assert_array_equal(packed.images, plain.images)
    np.testing.assert_array_equal(packed.label, plain.label)


def test_folders_named_train_and_test_are_the_split(tmp_path, picture_folder):
    parts = {"train": range(7), "test": range(7, 10)}
    for part, numbers in parts.items():
        for name in ("cat", "dog"):
            target = tmp_path / "split" / part / name
            target.mkdir(parents=True)
            for number in numbers:
                image = picture_folder / name / f"im{number}.png"
                (target / image.name).write_bytes(image.read_bytes())
    spec = spec_of(format="folder", path=str(tmp_path / "split"))
    store = prepared(tmp_path, spec)
    assert store.split.values.tolist() == [0] * 14 + [1] * 6
    assert corners(store)[14:] == [7, 107, 8, 108, 9, 109]
    assert store.attrs["class_names"] == ["cat", "dog"]
    for image in (tmp_path / "split" / "test" / "dog").iterdir():
        image.unlink()
    with pytest.raises(DataError, match="class 'dog' has too few samples: 0 in `test`"):
        prepared(tmp_path, spec)
    (tmp_path / "split" / "val").mkdir()
    with pytest.raises(DataError, match="has the folders test, train, val"):
        prepared(tmp_path, spec)


def test_the_class_may_be_in_the_file_name(tmp_path):
    members = {
        f"set/obj{label}__{view}.png": grey(10 * label + view)
        for label in (1, 2, 10)
        for view in range(4)
    }
    path = write_zip(tmp_path / "coil.zip", members)
    section = {"format": "folder", "root": "set", "archives": archive_section(path)}
    spec = spec_of(**section, class_pattern=r"^(obj\d+)__", split={"train_per_class": 3})
    store = prepared(tmp_path, spec, path)
    assert store.attrs["class_names"] == ["obj1", "obj2", "obj10"]
    np.testing.assert_array_equal(np.array([1, 2, 10])[store.label], np.array(corners(store)) // 10)
    assert store.split.values.tolist() == [0] * 9 + [1] * 3
    with pytest.raises(DataError, match=r"obj1__0\.png: `class_pattern` 'view"):
        prepared(tmp_path, spec_of(**section, class_pattern=r"view(\d)"), path)
    with pytest.raises(DataError, match=r"obj1__0\.png lies in no class folder"):
        prepared(tmp_path, spec_of(**section), path)


@pytest.mark.parametrize(("fit", "total"), [("resize", 16), ("crop", 16), ("pad", 8)])
def test_mixed_sizes_come_to_one(tmp_path, picture_folder, fit, total):
    (picture_folder / "cat" / "im0.png").write_bytes(grey(1, 4, 8))
    spec = spec_of(format="folder", path=str(picture_folder), size=[4, 4], fit=fit)
    store = prepared(tmp_path, spec)
    assert store.images.shape == (20, 1, 4, 4)
    sums = store.images.sum(["channel", "y", "x"]).values
    assert sums[store.label.values == 0].min() == total
    assert store.attrs["provenance"]["sides"] == {"height": [4, 8], "width": [8, 8]}


def test_without_a_size_mixed_ones_take_the_median(tmp_path, picture_folder):
    for number in range(4):
        (picture_folder / "cat" / f"im{number}.png").write_bytes(grey(1, 30, 4))
    assert prepared(tmp_path, spec_of(format="folder", path=str(picture_folder))).images.shape[
        2:
    ] == (
        8,
        8,
    )


@pytest.mark.parametrize(("colour", "channels"), [("keep", 1), ("grey", 1), ("rgb", 3)])
def test_colour_is_kept_as_most_images_are_or_converted(tmp_path, picture_folder, colour, channels):
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    (picture_folder / "dog" / "im3.png").write_bytes(png_bytes(red))
    store = prepared(tmp_path, spec_of(format="folder", path=str(picture_folder), colour=colour))
    assert store.images.shape[1] == channels
    values = store.images[:, :, 0, 0].values.tolist()
    assert ([76] if channels == 1 else [255, 0, 0]) in values


def test_one_deep_image_makes_all_of_them_floats(tmp_path, picture_folder):
    deep = np.full((8, 8), 40000, np.uint16)
    (picture_folder / "dog" / "im3.png").write_bytes(png_bytes(deep))
    store = prepared(tmp_path, spec_of(format="folder", path=str(picture_folder)))
    assert store.images.dtype == np.float32
    assert np.isclose(store.images.max(), 40000 / 65535)
    assert np.isclose(store.images[0, 0, 0, 0] * 255, round(float(store.images[0, 0, 0, 0]) * 255))


def test_hidden_and_other_files_are_ignored(tmp_path, picture_folder):
    plain = corners(prepared(tmp_path, spec_of(format="folder", path=str(picture_folder))))
    (picture_folder / ".thumbnails").mkdir()
    (picture_folder / ".thumbnails" / "a.png").write_bytes(b"")
    (picture_folder / "cat" / ".im0.png").write_bytes(b"")
    (picture_folder / "cat" / "notes.txt").write_text("scanned in May")
    (picture_folder / "README.md").write_text("mine")
    assert corners(prepared(tmp_path, spec_of(format="folder", path=str(picture_folder)))) == plain


@pytest.mark.parametrize("content", [b"", b"not an image", grey(3)[:-30]])
def test_an_unreadable_image_is_named_and_the_old_store_stays(tmp_path, picture_folder, content):
    spec = spec_of(format="folder", path=str(picture_folder))
    plain = corners(prepared(tmp_path, spec))
    bad = picture_folder / "dog" / "im7.png"
    bad.write_bytes(content)
    with pytest.raises(DataError) as raised:
        prepared(tmp_path, spec)
    assert str(raised.value).startswith(f"{bad}: not a readable image")
    bad.write_bytes(grey(107))
    assert corners(prepared(tmp_path, spec)) == plain
    assert {path.name for path in tmp_path.iterdir()} == {"pictures", "images.zarr", "images.json"}


def test_a_class_with_too_few_images_is_named(tmp_path, picture_folder):
    spec = spec_of(format="folder", path=str(picture_folder), split={"train_per_class": 10})
    with pytest.raises(
        DataError, match="class 'cat' has too few samples for the split: 10, needed 11"
    ):
        prepared(tmp_path, spec)
    (picture_folder / "emu").mkdir()
    with pytest.raises(
        DataError, match="class 'emu' has too few samples for the split: 0, needed 2"
    ):
        prepared(tmp_path, spec_of(format="folder", path=str(picture_folder)))


def test_a_class_whose_name_is_not_utf8_is_named(tmp_path, picture_folder):
    first = next(path for path in sorted(picture_folder.iterdir()) if path.is_dir())
    first.rename(os.fsdecode(os.fsencode(picture_folder) + b"/caf\xe9"))
    with pytest.raises(DataError, match=r"class 'caf\\udce9' is not named in UTF-8; rename it"):
        prepared(tmp_path, spec_of(format="folder", path=str(picture_folder)))


def test_a_folder_without_classes_is_refused(tmp_path, picture_folder):
    with pytest.raises(DataError, match="no such folder"):
        prepared(tmp_path, spec_of(format="folder", path=str(tmp_path / "none")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: no images found"):
        prepared(tmp_path, spec_of(format="folder", path=str(tmp_path / "empty")))
    (tmp_path / "empty").rmdir()
    with pytest.raises(DataError, match=r"only one class, 'pictures', .* `root`"):
        prepared(tmp_path / "out", spec_of(format="folder", path=str(tmp_path)))
    inner = spec_of(format="folder", path=str(tmp_path), root="pictures")
    assert prepared(tmp_path / "out", inner).attrs["class_names"] == ["cat", "dog"]


def test_linked_folders_are_followed_and_loops_end(tmp_path, picture_folder):
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in ("cat", "dog"):
        (linked / name).symlink_to(picture_folder / name)
    (picture_folder / "dog" / "back").symlink_to(linked)
    assert prepared(tmp_path, spec_of(format="folder", path=str(linked))).sizes["sample"] == 20


@given(numbers=st.lists(st.integers(0, 10**6), unique=True))
def test_numbers_in_names_count(numbers):
    names = [f"obj{number}__a" for number in numbers]
    assert sorted(names, key=natural) == [f"obj{number}__a" for number in sorted(numbers)]
