"""The figure and the words of deformed kernels."""

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.widths import finding, plot_widths, slope


def store(power=1.0, **attrs):
    """Four kernels and three fields, ε = (s‖∇τ‖)^power / 4."""
    width, gradient = np.array([1.0, 2, 4, 8]), np.array([0.05, 0.1, 0.2])
    span = width[:, None] * gradient
    return xr.Dataset(
        {
            "error": (("kernel", "field"), span**power / 4),
            "relative": (("kernel", "field"), np.broadcast_to(gradient / 2, span.shape)),
            "worst": (("kernel", "field"), np.broadcast_to(gradient, span.shape)),
            "formula": (("kernel", "field"), np.full(span.shape, 0.01)),
            "identity": ("field", np.full(3, 2e-17)),
        },
        coords={
            "width": ("kernel", width),
            "gradient": ("field", gradient),
            "family": ("field", [0, 0, 1]),
        },
        attrs={
            "kernels": ["j=0, θ=0", "j=0, θ=1", "j=1, θ=0", "φ"],
            "groups": ["j=0", "j=0", "j=1", "φ"],
            "left_out": [],
            "folding": 0,
            **attrs,
        },
    )


def test_the_sentence_says_how_epsilon_grows():
    sentence = finding({"<b>scattering</b>": store()}).sentence
    assert "widths from 1.0 to 8.0 pixels" in sentence
    assert "to the power 1.00, and is 0.250 of it at most" in sentence
    assert "the same to 1.00·10⁻¹⁶" in sentence


def test_the_table_has_a_row_for_kernels_alike():
    (table,) = finding({"scattering": store()}).tables
    assert [row[0] for row in table.rows] == ["j=0", "j=1", "φ"]
    assert table.rows[0][1:] == ["1.50", "0.250", "0.500", "1.00", "0.010"]
    assert "Left out" not in table.note


def test_what_was_left_out_is_said():
    (table,) = finding({"cnn": store(left_out=["C1 3"], folding=2)}).tables
    assert "too wide for the image: C1 3." in table.note
    assert "2 deformations would have folded the image" in table.note


def test_the_slope_is_that_of_logarithms():
    x = np.array([1.0, 2, 4, 0])
    assert slope(x, 3 * x**1.5) == pytest.approx(1.5)
    assert np.isnan(slope(np.ones(3), np.ones(3)))


def test_the_figure_is_the_same_bytes_every_time(tmp_path):
    stores = {"scattering": store(), "cnn": store(1.2)}
    for name in ("a.svg", "b.svg"):
        plot_widths(stores, ["pixels", *stores], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
