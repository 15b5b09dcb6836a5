"""Whose adversarial examples fool whom: the figure, the sentence and the tables."""

import numpy as np
import xarray as xr

from scatterlab.report.transfer import finding, plot_transfer


def store(own: int, names=("pixels", "cnn")) -> xr.Dataset:
    """Fooled by all of its `own` examples, by half of others' when magnified, and by no noise."""
    error = np.zeros((2, 2, len(names)))
    error[:, 0, own] = 1
    error[1, 0, [place for place in range(len(names)) if place != own]] = 0.5
    return xr.Dataset(
        {
            "error": (("size", "change", "source"), error),
            "before": ("source", np.zeros(len(names))),
            "count": ("source", np.full(len(names), 7)),
        },
        attrs={"changes": ["L-BFGS", "noise"], "sources": list(names), "magnified": [0.1]},
    )


def test_the_examples_of_others_are_told_from_a_models_own():
    found = finding({"pixels": store(0), "cnn": store(1)})
    assert "as found, 0 % are decided wrongly on average (at most 0 %)" in found.sentence
    assert "magnified to 0.1, 50 % are decided wrongly on average" in found.sentence
    assert len(found.tables) == 2


def test_one_model_has_no_others():
    found = finding({"pixels": store(0, names=("pixels",))})
    assert found.sentence == "There is one model alone, and no other to show its examples to."


def test_the_same_stores_draw_the_same_bytes(tmp_path):
    stores = {"pixels": store(0), "cnn": store(1)}
    for name in ("one.svg", "two.svg"):
        plot_transfer(stores, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
