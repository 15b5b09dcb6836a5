"""Objects among clutter: the figure, the sentence that the numbers make, and the tables."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr

from scatterlab.report.clutter import finding, plot_clutter
from scatterlab.report.clutter_tables import halving_amount

AMOUNTS = [0, 0.5, 1]


def store(probabilities, layers=("S1", "S2"), zeros=0, channels=1):
    """What `analyses.clutter.respond` gives of 4 images: one kind over, one behind."""
    rng = np.random.default_rng(0)
    probability = np.repeat(np.array([*probabilities, *probabilities])[:, None], 4, axis=1)
    change = np.arange(6 * len(layers), dtype=float).reshape(6, -1, 1) * np.ones(4)
    change[:, -1, :zeros] = np.nan
    return xr.Dataset(
        {
            "probability": (("clutter", "sample"), probability),
            "decided": (("clutter", "sample"), np.where(probability > 0.4, 1, 0)),
            "image_change": (("clutter", "sample"), np.full((6, 4), 0.25)),
            "change": (("clutter", "layer", "sample"), change),
            "zeros": ("layer", np.isnan(change[0]).sum(-1)),
            "pictures": (
                ("clutter", "picture", "channel", "y", "x"),
                rng.random((6, 2, channels, 8, 8)),
            ),
        },
        coords={
            "kind": ("clutter", [0] * 3 + [1] * 3),
            "place": ("clutter", [0] * 3 + [1] * 3),
            "amount": ("clutter", AMOUNTS * 2),
            "label": ("sample", [1] * 4),
        },
        attrs={
            "kinds": ["texture", "backgrounds"],
            "places": ["over", "behind"],
            "layers": list(layers),
            "patch": 8,
            "threshold": 0.25,
            "zero_images": zeros,
            "class_names": ["a", "b"],
            "backgrounds": "kth_tips",
        },
    )


STORES = {"net": store([0.8, 0.6, 0.2]), "pixels": store([0.9, 0.8, 0.7], ("pixels",), zeros=1)}


def test_the_halving_amount_is_between_those_that_were_measured():
    one = STORES["net"].isel(clutter=slice(3))
    assert halving_amount(one) == pytest.approx(0.75)
    assert halving_amount(STORES["pixels"].isel(clutter=slice(3))) is None


def test_the_sentence_says_how_much_clutter_halves_the_probability():
    assert finding(STORES, None).sentence == (
        "Clutter that halves the mean probability of the true class, as a share of the image or an "
        "amplitude: texture covering the image, 0.75 in net, none that was measured in pixels; "
        "backgrounds behind the object, 0.75 in net, none that was measured in pixels."
    )


def test_tables_have_intervals_and_say_what_was_left_out():
    half, decisions, layers, of_pixels = finding(STORES, None).tables
    assert list(half.rows[0]) == ["texture covering the image", "0.75", "–"]
    assert list(decisions.rows[1])[:4] == [
        "texture covering the image",
        "0.5",
        "1.00 ± 0.30",
        "0.60 ± 0.00",
    ]
    assert list(decisions.rows[2])[2] == "0.00 ± 0.30"
    assert "Backgrounds are parts of images of kth_tips." in decisions.note
    assert layers.columns == ["clutter", "amount", "image", "S1", "S2"]
    assert list(layers.rows[0]) == ["texture covering the image", "0.5", "0.25", "2.00", "3.00"]
    assert len(layers.rows) == 4
    assert "zero: 1 at pixels" in of_pixels.note


@pytest.mark.parametrize("stores", [STORES, {"one": store([0.9, 0.9, 0.1], channels=3)}])
def test_the_figure_is_the_same_bytes(tmp_path, stores):
    for name in ("a.svg", "b.svg"):
        plot_clutter(stores, ["pixels", "net", "one"], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    root = ElementTree.parse(tmp_path / "a.svg")
    assert len(root.findall(".//{http://www.w3.org/2000/svg}image")) == 2
