"""Maps of occlusion: the figure, the sentence that the numbers make, and the table."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.occlusion import finding, plot_occlusion


def store(decided, activity=None, passed_over=0, channels=1, classes=3):
    """What `analyses.occlusion.occlude` gives of two images of class 0 on a grid of 2×3."""
    rng = np.random.default_rng(0)
    decided = np.array(decided).reshape(2, 2, 3)
    grid, pictured = ("example", "row", "column"), ("example", "channel", "pixel_y", "pixel_x")
    probability = np.where(decided == 0, 0.875, 0.125)
    return xr.Dataset(
        {
            "activity": (grid, probability * 2 if activity is None else activity),
            "probability": (grid, probability),
            "decided": (grid, decided),
            "whole_decided": ("example", [0, 2]),
            "whole_probability": ("example", [0.9, 0.25]),
            "images": (pictured, rng.random((2, channels, 8, 8))),
            "projection": (pictured, np.zeros((2, channels, 8, 8))),
        },
        coords={"label": ("example", [0, 0])},
        attrs={
            "layer": "S4",
            "passed_over": passed_over,
            "size": 4,
            "stride": 3,
            "grey": 0.5,
            "strongest": "sum",
            "class_names": [f"class {number} $x" for number in range(classes)],
        },
    )


STORES = {
    "net": store([0, 0, 1, 1, 1, 0, 2, 2, 2, 2, 2, 2]),
    "pixels": store([0] * 12, activity=np.ones((2, 2, 3)), passed_over=3),
}


def test_the_sentence_says_how_many_positions_change_the_decision():
    assert finding(STORES, None).sentence == (
        "A square of 4×4 pixels changes the decision at a share of its positions: 25 % in net, "
        "50 % in pixels. Activity and probability are correlated over positions: +1.00 in net."
    )


def test_every_example_has_a_row_also_those_that_are_decided_for_wrongly():
    (table,) = finding(STORES, None).tables
    rows = [list(row) for row in table.rows]
    zero, one, two = (f"class {number} $x" for number in range(3))
    assert rows[0] == ["net", zero, "right", "0.90", "0.12", "50 %", one, "+1.00"]
    assert rows[1] == ["net", zero, f"taken for {two}", "0.25", "0.12", "0 %", "none", "–"]
    assert rows[3][5:] == ["100 %", zero, "–"]
    assert "wrongly when whole: 3 by pixels." in table.note
    assert "4×4 pixels of intensity 0.5, its centre at every 3 pixels" in table.note


@pytest.mark.parametrize("stores", [STORES, {"one": store([*range(12)], channels=3, classes=12)}])
def test_the_figure_holds_five_panels_a_row_and_is_the_same_bytes(tmp_path, stores):
    for name in ("a.svg", "b.svg"):
        plot_occlusion(stores, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    root = ElementTree.parse(tmp_path / "a.svg")
    pictures = root.findall(".//{http://www.w3.org/2000/svg}image")
    assert len(pictures) >= 5 * 2 * len(stores)
