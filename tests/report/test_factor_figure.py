"""Shares of factors: the figure, the sentence that the numbers make, and the tables."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.factors import finding, plot_factors

LEVELS = {"viewpoint": ["0°", "90°", "180°"], "style": ["a", "b"]}
PUBLISHED = {
    "title": "CAD models",
    "layers": ["fc6", "fc7"],
    "networks": {
        "AlexNet": {
            "shares": {"viewpoint": [19.4, 15.6], "style": [40.3, 49.4], "Δ": [40.3, 35.0]},
            "dimensions": {"viewpoint": [7.2, 6.0]},
        }
    },
    "confidence": "S",
    "source": "Table 1",
    "note": "",
}


def store(shares, layers=("fc6", "fc7"), levels=LEVELS, grids=("",)):
    """What `analyses.factors.decompose` gives, with `shares` (layer, factor) in percent."""
    share = np.array([shares] * len(grids)) / 100
    rng = np.random.default_rng(0)
    count, deep = len(levels), len(layers)
    flat = np.repeat(np.arange(count), [len(names) for names in levels.values()])
    inner = (len(grids), deep, count)
    return xr.Dataset(
        {
            "share": (("grid", "layer", "factor"), share),
            "residual": (("grid", "layer"), 1 - share.sum(-1)),
            "dimension": (("grid", "layer", "factor"), np.full(inner, 2)),
            "dimension_of_total": (("grid", "layer", "factor"), np.full(inner, 1)),
            "held": (("grid", "layer", "factor", "component"), np.full((*inner, 2), 0.4)),
            "places": (
                ("grid", "layer", "level", "component"),
                rng.normal(size=(len(grids), deep, len(flat), 2)),
            ),
            "features": ("layer", [4096] * deep),
            "pictures": (
                ("picture", "y", "x", "colour"),
                rng.integers(0, 255, (len(flat), 8, 8, 3), dtype=np.uint8),
            ),
        },
        coords={
            "factor_of_level": ("level", flat),
            "level_of_picture": ("picture", np.arange(len(flat))),
        },
        attrs={
            "layers": list(layers),
            "factors": levels,
            "grids": list(grids),
            "images": 6,
            "trace": 0.95,
        },
    )


TRADES = store([[30, 10], [10, 45]])
KEEPS = store([[20, 10], [25, 12]], layers=("S1", "S2"))


def test_the_sentence_says_who_trades_viewpoint_for_style():
    sentence = finding({"net": TRADES, "scattering": KEEPS}, None).sentence
    assert sentence == (
        "Deeper layers trade viewpoint for style in net (from fc6 to fc7 viewpoint 30.0 → 10.0 %, "
        "style 10.0 → 45.0 %), and do not in scattering (from S1 to S2 viewpoint 20.0 → 25.0 %, "
        "style 10.0 → 12.0 %)."
    )
    assert finding({"s": KEEPS}, None).sentence.startswith("Here deeper layers do not trade")


def test_a_representation_of_one_layer_has_no_trend():
    one = store([[20, 40]], layers=("pixels",))
    found = finding({"pixels": one, "net": TRADES}, None)
    assert found.sentence == finding({"net": TRADES}, None).sentence
    assert any("pixels" in table.title for table in found.tables)


def test_of_other_factors_the_sentence_says_how_each_moves():
    levels = {"inner": ["a", "b"], "outer": ["a", "b"]}
    sentence = finding({"net": store([[20, 40.01], [25, 40.02]], levels=levels)}, None).sentence
    assert sentence == (
        "In net, from fc6 to fc7, the share of inner rises from 20.0 to 25.0 %, that of outer "
        "stays at 40.0 %."
    )


def test_a_row_of_the_table_sums_to_a_hundred():
    shares, whole = finding({"net": TRADES}, None).tables
    assert shares.columns == ["layer", "features", "viewpoint", "style", "Δ"]
    assert list(shares.rows[0]) == ["fc6", "4,096", "30.0 (2)", "10.0 (2)", "60.0"]
    assert whole.folded
    assert list(whole.rows[0]) == ["fc6", "1", "1"]


def test_means_over_grids_name_them():
    store_of_two = store([[30, 10], [10, 45]], grids=("class=chair", "class=car"))
    assert "2 grids: class=chair, class=car" in finding({"n": store_of_two}, None).tables[0].note


def test_the_published_table_stands_beside_ours_with_its_confidence():
    table = finding({"alexnet": TRADES, "scattering": KEEPS}, [PUBLISHED]).tables[-1]
    assert [list(row) for row in table.rows[:3]] == [
        ["viewpoint", "AlexNet [S]", "19.4 (7.2)", "15.6 (6)"],
        ["viewpoint", "alexnet, ours", "30.0 (2)", "10.0 (2)"],
        ["viewpoint", "scattering, ours", "20.0 (2) at S1", "25.0 (2) at S2"],
    ]
    assert list(table.rows[6]) == ["Δ", "AlexNet [S]", "40.3", "35.0"]


def test_a_published_table_of_other_factors_is_left_to_data_that_have_them():
    other = store([[30, 10]], layers=("fc6",), levels={"inner": ["a"], "outer": ["b"]})
    assert len(finding({"net": other}, [PUBLISHED]).tables) == 2


def test_a_constant_layer_is_named_so():
    flat = store([[np.nan, np.nan], [10, 45]])
    table = finding({"net": flat}, None).tables[0]
    assert list(table.rows[0])[2:] == ["constant"] * 3


@pytest.mark.parametrize("representations", [1, 4])
def test_the_figure_holds_the_images_and_is_the_same_bytes(tmp_path, representations):
    stores = {f"r{number}": TRADES for number in range(representations)}
    for name in ("a.svg", "b.svg"):
        plot_factors(stores, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    root = ElementTree.parse(tmp_path / "a.svg")
    pictures = root.findall(".//{http://www.w3.org/2000/svg}image")
    rows = 2 if representations == 1 else 4  # first and last layers where there are few
    assert len(pictures) == 5 * rows
