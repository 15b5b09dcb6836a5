"""The figure and the words of discriminability beside stability."""

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.separability import finding, plot_separability, rank_correlation, verdict


def store(layers, error, moved, within=1.0, between=3.0):
    count = len(layers)
    both = np.array([error, error]) / 100
    return xr.Dataset(
        {
            "within": ("layer", np.full(count, within)),
            "between": ("layer", np.full(count, between)),
            "error": (("classifier", "layer"), both),
            "low": (("classifier", "layer"), both / 2),
            "high": (("classifier", "layer"), both * 2),
            "moved": (("change", "layer"), np.array([moved, moved[::-1]], float)),
            "relative": (("change", "layer"), np.array([moved, moved], float)),
        },
        attrs={
            "layers": layers,
            "classifiers": ["nearest", "linear"],
            "changes": ["deformation", "noise"],
            "train": 21,
            "test": 50,
            "classes": 3,
        },
    )


STORES = {
    "scattering": store(["S0", "S1", "S2"], [15, 2, 1], [0.3, 0.2, 0.1]),
    "<b>pixels</b>": store(["pixels"], [9], [0.25]),
    "still": store(["nothing"], [90], [np.nan], within=0, between=0),
}


def test_the_sentence_says_what_layers_do_to_both():
    sentence = finding(STORES).sentence
    assert (
        "from S0 to S2 the error goes from 15.0 to 1.0 %, the change by deformation from 0.300 to "
        "0.100" in sentence
    )
    assert "<b>pixels</b>: error 9.0 %, change by deformation 0.250." in sentence
    assert "+1.00 by deformation (no more than chance" in sentence
    assert "and −0.80 by noise" in sentence


def test_few_layers_say_nothing():
    assert "rank correlation" not in finding({"pixels": STORES["<b>pixels</b>"]}).sentence


def test_tables_have_a_row_for_each_layer():
    tables = finding(STORES).tables
    assert [len(table.rows) for table in tables] == [3, 1, 1]
    assert tables[0].rows[0][:4] == ["S0", "15.0 (7.5 – 30.0)", "15.0 (7.5 – 30.0)", "75.0"]
    assert "would be 10.0 %" in tables[0].note
    assert tables[2].rows[0][6] == "–"
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_ties_share_their_rank():
    assert rank_correlation(np.array([1, 2, 2, 3]), np.array([10, 20, 20, 30])) == pytest.approx(1)
    assert np.isnan(rank_correlation(np.ones(4), np.arange(4)))


def test_a_weak_correlation_is_chance():
    assert verdict(0.5, 10).startswith("no more than chance")
    assert verdict(0.9, 10) == "stable layers err less"
    assert verdict(-0.9, 10) == "stable layers err more"


def test_the_figure_is_the_same_bytes_every_time(tmp_path):
    for name in ("a.svg", "b.svg"):
        plot_separability(STORES, list(STORES), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
