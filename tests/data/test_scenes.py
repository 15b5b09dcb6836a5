"""Rendered scenes: full grids, the same bytes, and images that are what their factors say."""

import sys

import numpy as np
import pytest
from pydantic import ValidationError
from small_archives import prepared, spec_of

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.data import scenes as scenes_reader
from scatterlab.data.objects.render import load_mitsuba, render
from scatterlab.errors import DataError

SMALL = {
    "format": "scenes",
    "size": 24,
    "samples": 4,
    "styles": 2,
    "azimuths": 3,
    "colours": ["#c03a2b", "#2f6fb0"],
    "backgrounds": ["#ffffff", "#000000"],
    "x": [-0.1, 0.0, 0.1],
}
WHITE = {**SMALL, "backgrounds": ["#ffffff"], "colours": ["#c03a2b"], "x": [0.0]}


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("scenes"), spec_of(**SMALL))


def at(store, **levels):
    """The images at these levels of factors, (sample, channel, y, x), in the order of the grid."""
    factors = store.attrs["factors"]
    kept = np.ones(store.sizes["sample"], bool)
    for name, level in levels.items():
        kept &= store[f"factor_{name}"].values == factors[name].index(level)
    rows = np.stack([store[f"factor_{name}"].values[kept] for name in factors])
    return store.images.values[kept][np.lexsort(rows[::-1])].astype(int)


def test_every_combination_of_levels_is_there_once(scenes):
    levels = scenes.attrs["factors"]
    assert list(levels) == ["class", "style", "azimuth", "colour", "background", "x"]
    assert levels["azimuth"] == [0, 120, 240]
    assert scenes.sizes["sample"] == 2 * 2 * 3 * 2 * 2 * 3
    assert [len(grid.samples) for grid in read_grids(scenes, within=["class"])] == [72, 72]
    np.testing.assert_array_equal(scenes.label, scenes.factor_class)
    assert scenes.attrs["class_names"] == ["chair", "car"]
    assert scenes.attrs["provenance"]["fixed"] == {
        "elevation": 20,
        "scale": 0.8,
        "light": 45,
        "y": 0,
    }


def test_the_same_configuration_gives_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        prepared(tmp_path / folder, spec_of(**WHITE))
    first, second = ((tmp_path / one / "images.json").read_text() for one in ("one", "two"))
    assert first == second
    other = prepared(tmp_path, spec_of(**WHITE, seed=1))
    assert (other.images != prepared(tmp_path / "one", spec_of(**WHITE)).images).any()


def test_bytes_do_not_depend_on_the_number_of_threads(tmp_path):
    import drjit

    one = prepared(tmp_path, spec_of(**{**WHITE, "size": 48})).images.load()
    drjit.set_thread_count(3)
    try:
        several = prepared(tmp_path, spec_of(**{**WHITE, "size": 48})).images.load()
    finally:
        drjit.set_thread_count(1)
    np.testing.assert_array_equal(one, several)


def test_an_image_of_a_part_of_the_grid_is_that_of_the_whole(scenes, tmp_path):
    few = prepared(tmp_path, spec_of(**SMALL, limit=5))
    assert few.sizes["sample"] == 10
    whole = np.flatnonzero(scenes.split.values == 1)[:5]
    np.testing.assert_array_equal(few.images[5:], scenes.images[whole])
    with pytest.raises(DataError, match="has holes"):
        read_grids(few)


def test_x_moves_what_is_seen_by_whole_pixels(scenes):
    left, middle, right = (at(scenes, x=x) for x in scenes.attrs["factors"]["x"])
    np.testing.assert_array_equal(left[..., :-2], middle[..., 2:])
    np.testing.assert_array_equal(right[..., 2:], middle[..., :-2])


def test_background_shows_where_the_object_is_not(scenes):
    white, black = (at(scenes, background=one) for one in ("#ffffff", "#000000"))
    assert (white >= black).all()
    for images, colour in ((white, 255), (black, 0)):
        assert (images[:, :, 0] == colour).all()
    covered = (white == black).all((1, 2, 3))
    assert not covered.any()
    inside = (white == black).all(1).mean((1, 2))
    assert (inside > 0.05).all()


def test_colour_is_that_of_the_object(scenes):
    red, blue = (at(scenes, colour=one, background="#000000") for one in ("#c03a2b", "#2f6fb0"))
    assert (red[:, 0].sum((1, 2)) > red[:, 2].sum((1, 2))).all()
    assert (blue[:, 2].sum((1, 2)) > blue[:, 0].sum((1, 2))).all()


def test_light_from_the_right_lights_the_right(tmp_path):
    spec = spec_of(**{**WHITE, "classes": ["car"], "azimuths": 8, "lights": [-80.0, 80.0]})
    store = prepared(tmp_path, spec)
    left, right = (at(store, light=one).sum(1) for one in (-80, 80))
    assert left[..., :12].sum() > right[..., :12].sum()
    assert right[..., 12:].sum() > left[..., 12:].sum()


def test_scale_is_the_share_of_the_image_that_the_object_can_take(tmp_path):
    store = prepared(tmp_path, spec_of(**{**WHITE, "scales": [0.4, 0.8], "size": 48, "styles": 3}))
    seen = [(at(store, scale=one) < 255).any(1) for one in (0.4, 0.8)]
    for scale, mask in zip((0.4, 0.8), seen, strict=True):
        far = np.argwhere(mask)[:, 1:] + 0.5 - 24
        assert np.linalg.norm(far, axis=1).max() <= 24 * scale + 1
    areas = seen[1].sum((1, 2)) / seen[0].sum((1, 2))
    assert ((areas > 2.5) & (areas < 5)).all()


def test_a_view_from_above_is_not_one_from_the_front(tmp_path):
    store = prepared(
        tmp_path, spec_of(**{**WHITE, "classes": ["car"], "elevations": [0.0, 90.0], "styles": 3})
    )
    front, above = (at(store, elevation=one, azimuth=0) for one in (0, 90))
    tall = [(images < 255).any((1, 3)).sum(1) for images in (front, above)]
    assert (tall[1] > 1.5 * tall[0]).all()


def test_images_of_one_view_stay_in_one_part_of_the_split(scenes):
    views = np.stack(
        [scenes[f"factor_{name}"].values for name in ("class", "style", "azimuth", "colour")]
    )
    _, view = np.unique(views, axis=1, return_inverse=True)
    tested = np.bincount(view, scenes.split) / np.bincount(view)
    assert set(tested) == {0, 1}
    assert np.bincount(scenes.split)[1] / len(view) == pytest.approx(0.2, abs=0.05)


def test_each_view_is_rendered_once_however_few_are_kept(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(scenes_reader, "VIEW_BYTES", 2 * 2 * 16 * 24**2)  # two of each class
    monkeypatch.setattr(
        scenes_reader, "render", lambda *given: seen.append(given[-1]) or render(*given)
    )
    few = prepared(tmp_path / "few", spec_of(**SMALL))
    assert len(seen) == len(set(seen)) == 24
    monkeypatch.undo()
    whole = prepared(tmp_path / "whole", spec_of(**SMALL))
    for name in ("chair", "car"):
        np.testing.assert_array_equal(at(few, **{"class": name}), at(whole, **{"class": name}))


def test_the_first_view_may_be_any(tmp_path):
    spec = {**WHITE, "classes": ["car"], "azimuths": 8, "samples": 64}
    around = prepared(tmp_path / "around", spec_of(**spec))
    from_side = prepared(tmp_path / "side", spec_of(**spec, first_azimuth=90.0))
    assert from_side.attrs["factors"]["azimuth"][:2] == [90, 135]
    difference = at(around, azimuth=90) - at(from_side, azimuth=90)
    assert np.abs(difference).mean() < 2  # other rays, same view


def test_styles_may_be_kept_for_the_test(tmp_path):
    store = prepared(tmp_path, spec_of(**{**WHITE, "styles": 3}, test_styles=1))
    np.testing.assert_array_equal(store.split, store.factor_style == 2)
    assert store.attrs["provenance"]["split"] == {"test_styles": 1}


def test_size_and_colour_apply_as_to_any_data_set(tmp_path):
    store = prepared(tmp_path, spec_of(**{**WHITE, "size": [16, 24]}, colour="grey"))
    assert store.images.shape == (12, 1, 16, 24)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"x": [0.0, 0.2]}, "the greatest of `x` moves an object"),
        ({"x": [0.0, 0.01]}, "two levels of `x` are the same whole pixel of 32"),
        ({"samples": 5}, "a square number"),
        ({"lights": [3.0, 3.0]}, "names a level twice"),
        ({"colours": ["red"]}, "should match pattern"),
        ({"styles": 2, "test_styles": 2}, "leaves none of 2 styles to train on"),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_the_configuration(keys, message):
    with pytest.raises(ValidationError, match=message):
        spec_of(format="scenes", **keys)


def test_without_mitsuba_the_message_names_the_remedy(tmp_path, monkeypatch):
    load_mitsuba.cache_clear()
    monkeypatch.setitem(sys.modules, "mitsuba", None)
    with pytest.raises(DataError, match=r"rendered by Mitsuba 3.*pip install mitsuba"):
        prepared(tmp_path, spec_of(**WHITE))
    assert not (tmp_path / "images.zarr").exists()
