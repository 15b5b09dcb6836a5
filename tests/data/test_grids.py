"""Data sets that are drawn over full grids of factors."""

import numpy as np
import pytest
from small_archives import prepared, spec_of

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.errors import DataError

SMALL = {
    "rectangles": {"format": "rectangles", "size": 16, "shapes": 5, "positions": [3, 4]},
    "bicolour": {"format": "bicolour", "size": 8, "levels": 2},
}
HELD = {"rectangles": (5, 3, 4), "bicolour": (8, 8)}


@pytest.mark.parametrize("name", SMALL)
def test_every_combination_of_levels_is_there_once(tmp_path, name):
    store = prepared(tmp_path, spec_of(**SMALL[name]))
    levels = store.attrs["factors"]
    assert tuple(map(len, levels.values())) == HELD[name]
    assert store.sizes["sample"] == np.prod(HELD[name])
    (grid,) = read_grids(store)  # refuses holes and duplicates
    assert [factor.name for factor in grid.factors] == list(levels)
    first = next(iter(levels))
    np.testing.assert_array_equal(store.label, store[f"factor_{first}"])
    assert store.attrs["class_names"] == levels[first]


@pytest.mark.parametrize("name", SMALL)
def test_the_same_configuration_gives_the_same_bytes(tmp_path, name):
    for folder in ("one", "two"):
        prepared(tmp_path / folder, spec_of(**SMALL[name]))
    first, second = ((tmp_path / one / "images.json").read_text() for one in ("one", "two"))
    assert first == second


@pytest.mark.parametrize("name", SMALL)
def test_limit_and_colour_and_size_apply_as_to_any_data_set(tmp_path, name):
    spec = spec_of(**{**SMALL[name], "limit": 8, "colour": "rgb", "size": [20, 16]})
    store = prepared(tmp_path, spec)
    assert store.images.shape == (16, 3, 20, 16)
    assert np.bincount(store.split).tolist() == [8, 8]
    assert store["factor_" + next(iter(store.attrs["factors"]))].sizes == {"sample": 16}
    with pytest.raises(DataError, match=r"has holes: .* without `limit`"):
        read_grids(store)


def test_rectangles_have_one_area_and_the_shape_and_place_that_their_factors_say(tmp_path):
    store = prepared(tmp_path, spec_of(**{**SMALL["rectangles"], "size": 64}))
    black = 1 - store.images.values[:, 0] / 255
    np.testing.assert_allclose(black.sum((1, 2)), 0.0625 * 64**2, rtol=0.01)
    middles = np.arange(64) + 0.5
    for axis, name in ((1, "x"), (2, "y")):
        profile = black.sum(axis)
        centre = (profile * middles).sum(1) / profile.sum(1) / 64
        levels = np.array(store.attrs["factors"][name])[store[f"factor_{name}"]]
        np.testing.assert_allclose(centre, levels, atol=1e-3)
    assert store.attrs["factors"]["shape"] == ["1:4", "1:2", "1:1", "2:1", "4:1"]
    tall = black[store.factor_shape.values == 4]
    np.testing.assert_allclose(tall.max(2).sum(1) / tall.max(1).sum(1), 4, rtol=0.01)


def test_rectangles_that_leave_the_image_are_refused(tmp_path):
    spec = spec_of(**{**SMALL["rectangles"], "ratio": 16})
    with pytest.raises(DataError, match=r"rectangles of up to 16\.0 pixels along y leave an image"):
        prepared(tmp_path, spec)


def test_bicolour_squares_have_the_colours_that_their_factors_say(tmp_path):
    store = prepared(tmp_path, spec_of(**SMALL["bicolour"]))
    names = store.attrs["factors"]["inner"]
    assert names[:3] == ["#000000", "#0000ff", "#00ff00"]
    colours = np.array([list(bytes.fromhex(name[1:])) for name in names])
    images = store.images.values
    np.testing.assert_array_equal(images[:, :, 0, 0], colours[store.factor_outer])
    np.testing.assert_array_equal(images[:, :, 4, 4], colours[store.factor_inner])
    inner = (images == colours[store.factor_inner][:, :, None, None]).all(1)
    differ = (store.factor_inner != store.factor_outer).values
    assert (inner.sum((1, 2))[differ] == 16).all()
