"""The figure and the words of one layer."""

import pytest

from scatterlab.analyses.one_layer import one_layer
from scatterlab.config.one_layer import OneLayer
from scatterlab.report.one_layer import finding, plot_one_layer


@pytest.fixture(scope="module")
def store():
    return one_layer(**OneLayer(filters=[2, 4], pooling=[1, 8, 64], samples=20).model_dump())


def test_the_sentence_has_the_numbers(store):
    sentence = finding(store).sentence
    assert f"{store.attrs['dimension']:g} dimensions hold 95 %" in sentence
    assert "With 4 filters the modulus makes that" in sentence
    assert "Over 64 samples" in sentence


def test_the_table_has_a_row_for_each_layer(store):
    (table,) = finding(store).tables
    assert len(table.rows) == 6
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert table.rows[0][:2] == ["no ρ", "2"]


def test_the_figure_is_the_same_bytes_every_time(store, tmp_path):
    for name in ("a.svg", "b.svg"):
        plot_one_layer(store, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
