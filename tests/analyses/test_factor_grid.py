import numpy as np
import pytest
from small_scenes import LEVELS, small_scenes

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.errors import ConfigError, DataError


def test_every_factor_of_the_store_varies_unless_it_is_fixed():
    (grid,) = read_grids(small_scenes())
    assert [factor.name for factor in grid.factors] == list(LEVELS)
    assert len(grid.samples) == 3 * 4 * 2
    (fixed,) = read_grids(small_scenes(), fixed={"light": 0.5})
    assert [factor.name for factor in fixed.factors] == ["object", "x"]
    assert len(fixed.samples) == 12


def test_factors_that_are_combined_count_as_one():
    (grid,) = read_grids(small_scenes(), combined={"place": ["x", "light"]})
    assert [factor.name for factor in grid.factors] == ["object", "place"]
    assert grid.factors[1].levels[:3] == ("0, 0.5", "0, 1.0", "4, 0.5")


def test_within_a_factor_each_of_its_levels_has_a_grid():
    grids = read_grids(small_scenes(), within=["object"])
    assert [grid.name for grid in grids] == ["object=square", "object=bar", "object=cross"]
    assert all(len(grid.samples) == 8 for grid in grids)
    assert sorted(np.concatenate([grid.samples for grid in grids])) == list(range(24))


def test_within_a_class_only_the_styles_that_it_has_are_asked_for():
    store = small_scenes()
    kept = (store["factor_object"].values > 0) | (store["factor_x"].values < 2)
    grids = read_grids(store.isel(sample=np.flatnonzero(kept)), within=["object"])
    assert [grid.present(0).tolist() for grid in grids] == [[0, 1], [0, 1, 2, 3], [0, 1, 2, 3]]


def test_a_grid_with_holes_names_the_combinations_that_are_missing():
    store = small_scenes().drop_isel(sample=[3, 4, 5, 20])
    message = r"holes: 4 of 24 combinations.*\(object=square, x=4, light=1.0\), \(object=square, x"
    with pytest.raises(DataError, match=message):
        read_grids(store)


def test_a_level_that_never_occurs_is_a_hole():
    store = small_scenes()
    with pytest.raises(DataError, match=r"6 of 24 combinations.*x=12"):
        read_grids(store.isel(sample=np.flatnonzero(store["factor_x"].values < 3)))


def test_a_combination_with_two_images_is_named():
    store = small_scenes().isel(sample=[*range(24), 7])
    with pytest.raises(DataError, match=r"1 combinations.*\(object=square, x=12, light=1.0\)"):
        read_grids(store)


def test_images_without_factors_say_where_there_are_some():
    store = small_scenes().drop_attrs().assign_attrs(title="Digits")
    with pytest.raises(DataError, match=r"Digits: no factors.*scenes.*analyses.factors.datasets"):
        read_grids(store)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"fixed": {"lihgt": 1}}, "no factor 'lihgt' here; did you mean 'light'"),
        ({"fixed": {"light": 2}}, "has no level '?2'?; known: 0.5, 1.0"),
        ({"within": ["x"], "combined": {"place": ["x", "light"]}}, "'x' is named twice"),
        ({"within": list(LEVELS)}, "no factor is left to vary"),
    ],
)
def test_names_that_are_wrong(settings, message):
    with pytest.raises(ConfigError, match=message):
        read_grids(small_scenes(), **settings)
