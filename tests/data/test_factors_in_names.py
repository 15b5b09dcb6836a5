"""Factors in the names of files."""

import numpy as np
import pytest
from pydantic import ValidationError
from small_archives import archive_section, png_bytes, prepared, spec_of, write_zip

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.errors import DataError

COIL = {
    "format": "folder",
    "root": "set",
    "class_pattern": r"^(obj\d+)__",
    "factors": r"obj(?P<object>\d+)__(?P<viewpoint>\d+)",
}


@pytest.fixture
def coil(tmp_path):
    """Objects 1, 2, 10 from 4 viewpoints; the grey value is 20 × object + viewpoint."""
    members = {
        f"set/obj{one}__{view}.png": png_bytes(np.full((4, 4), 20 * one + view, np.uint8))
        for one in (1, 2, 10)
        for view in (0, 1, 5, 10)
    }
    return write_zip(tmp_path / "coil.zip", members)


def test_factors_in_names_become_coordinates_in_natural_order(tmp_path, coil):
    store = prepared(tmp_path, spec_of(**COIL, archives=archive_section(coil)), coil)
    levels = store.attrs["factors"]
    assert levels == {"object": ["1", "2", "10"], "viewpoint": ["0", "1", "5", "10"]}
    one, view = (
        np.array(levels[name], int)[store[f"factor_{name}"]] for name in ("object", "viewpoint")
    )
    np.testing.assert_array_equal(store.images[:, 0, 0, 0], 20 * one + view)
    (grid,) = read_grids(store)
    assert [factor.levels for factor in grid.factors] == [tuple(kept) for kept in levels.values()]


def test_a_name_that_the_pattern_does_not_match_is_named(tmp_path, coil):
    spec = spec_of(
        **{**COIL, "factors": r"(?P<object>1)__(?P<view>\d)"}, archives=archive_section(coil)
    )
    with pytest.raises(DataError, match=r"coil\.zip: set/obj2__\d+\.png: `factors` .* not match"):
        prepared(tmp_path, spec, coil)


@pytest.mark.parametrize("pattern", ["obj", r"obj(\d+)__(?P<view>\d+)"])
def test_a_pattern_needs_a_named_group_for_each_factor(pattern):
    with pytest.raises(ValidationError, match="must have a named group"):
        spec_of(format="folder", path="here", factors=pattern)
