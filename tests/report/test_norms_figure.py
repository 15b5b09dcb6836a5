"""The figure and the tables of additive stability."""

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.norm_tables import disagreement, number
from scatterlab.report.norms import finding, plot_norms


def store(layers, bounds, worst, **values):
    count = len(layers)
    ratios = np.broadcast_to(np.array(worst)[:, None, None], (count, 2, 3))
    operators = values.pop("operators", [])
    numbers = np.linspace(1, 2, len(operators))
    attrs = {"first": "", "before": 1.0, "remarks": {}, **values}
    return xr.Dataset(
        {
            "worst": (("layer", "amplitude", "sample"), ratios),
            "random": (("layer", "amplitude", "sample"), ratios / 10),
            "alone": ("layer", np.array(bounds, float)),
            "bound": ("layer", np.array(bounds, float) * attrs["before"]),
            "norm": ("operator", numbers),
            "circular": ("operator", numbers),
            "iterated": ("operator", numbers * (1 + 1e-5)),
            "layer_of_operator": ("operator", np.arange(len(operators))),
        },
        coords={"amplitude": [0.01, 0.1]},
        attrs={
            "layers": layers,
            "all_layers": layers,
            "steps": 8,
            "operators": operators,
            "kinds": ["1 → 2 channels"] * len(operators),
            **attrs,
        },
    )


STORES = {
    "scattering": store(["S0", "S1"], [1, 1], [1.01, 1.01], first="padding", before=2.0),
    "<b>cnn</b>": store(["C1", "C2"], [3, 3e7], [2, 5], operators=["C1", "C2"]),
    "gated": store(["one", "two"], [2, np.inf], [1, 4], remarks={"two": "its gate multiplies"}),
    "pixels": store(["pixels"], [1], [1]),
    "still": store(["nothing"], [0], [0]),
}
PUBLISHED = [
    {"network": "AlexNet", "norms": {"C1": 2.75, "C9": 10}, "confidence": "S", "source": "Table 5"}
]


def test_the_sentence_sets_bounds_beside_what_is_seen():
    sentence = finding(STORES, None).sentence
    assert (
        "scattering (S1) 2.00 (by its filters 1.00, the rest is its padding) and 1.01" in sentence
    )
    assert "<b>cnn</b> (C2) 3.00·10⁷ and 5.00" in sentence
    assert "gated (two) no bound and 4.00" in sentence
    assert "still (nothing) 0 and 0." in sentence
    assert sentence.endswith("farthest from what is seen in <b>cnn</b>, 6.00·10⁶ times.")
    above = finding({"aliased": store(["S0"], [1], [1.01])}, None).sentence
    assert above.endswith("aliased (S0) 1.00 (but for aliasing) and 1.01.")


def test_tables_have_layers_operators_and_what_is_published():
    tables = finding(STORES, PUBLISHED).tables
    titles = [table.title for table in tables]
    assert len(tables) == len(STORES) + 2
    published = tables[-1]
    assert published.columns == ["layer", "published [S]", "<b>cnn</b>"]
    assert published.rows[0] == ["C1", "2.75", "1.00"]
    assert published.rows[1] == ["C9", "10", "–"]
    assert published.rows[-1] == ["product", "27.5", "–"]
    operators = tables[titles.index("<b>cnn</b>: norms of linear operators")]
    assert operators.rows[0][-1] == "1.0·10⁻⁵"
    gated = tables[titles.index("gated: the largest ‖Φ(x + w) − Φ(x)‖ / ‖w‖")]
    assert gated.rows[1][2] == "none"
    assert "two: its gate multiplies." in gated.note
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_figure_is_the_same_bytes_every_time(tmp_path):
    for name in ("a.svg", "b.svg"):
        plot_norms(STORES, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1.00"),
        (27.5, "27.5"),
        (856.4, "856"),
        (49090.0, "49,100"),
        (0.25, "0.250"),
        (0.0, "0"),
        (3.822e8, "3.82·10⁸"),
        (2e-5, "2.00·10⁻⁵"),
        (np.inf, "none"),
        (np.nan, "–"),
    ],
)
def test_numbers_have_three_digits(value, expected):
    assert number(value) == expected


def test_a_difference_is_relative():
    assert disagreement(2.0, 2.0) == "< 10⁻⁶"
    assert disagreement(2.0, 2.02) == "0.01"
    assert disagreement(np.nan, np.nan) == "–"
