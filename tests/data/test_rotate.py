import numpy as np
from small_archives import archive_section, prepared, spec_of

from scatterlab.data.rotate import rotated_images, turned

ROTATE = {"splits": ["train", "test"], "seed": 3}


def disc(size=33):
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return (np.hypot(y, x) < 0.8).astype(np.float32)[None]


def test_a_quarter_turn_is_exact_and_counter_clockwise():
    image = np.arange(25, dtype=np.uint8).reshape(1, 5, 5)
    np.testing.assert_array_equal(turned(image, 90), np.rot90(image, axes=(1, 2)))


def test_a_disc_stays_a_disc():
    found = turned(disc(), 37.0)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.abs(found - disc()).mean() < 0.03


def test_an_angle_depends_on_the_seed_and_the_number_alone():
    rng = np.random.default_rng(0)
    images = rng.random((6, 1, 9, 9), np.float32)
    split = np.zeros(6, int)
    whole = np.stack(list(rotated_images(images, np.arange(6), split, ROTATE)))
    some = np.stack(list(rotated_images(images[[1, 4]], np.array([1, 4]), split[:2], ROTATE)))
    np.testing.assert_array_equal(some, whole[[1, 4]])
    other = np.stack(list(rotated_images(images, np.arange(6), split, ROTATE | {"seed": 4})))
    assert (np.abs(other - whole).max(axis=(1, 2, 3)) > 0.1).all()


def test_only_the_splits_that_are_asked_for_are_turned(tmp_path, idx_files):
    paths, (train, _, test, _) = idx_files
    rotate = {"splits": ["test"], "seed": 0}
    spec = spec_of(format="idx", archives=archive_section(*paths), rotate=rotate)
    store = prepared(tmp_path, spec, *paths)
    np.testing.assert_array_equal(store.images[: len(train), 0], train)
    assert (store.images[len(train) :, 0].values != test).any()
    assert store.attrs["provenance"]["rotate"] == rotate
