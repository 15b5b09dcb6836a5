"""The figure and the words of equivariance."""

import numpy as np
import xarray as xr

from scatterlab.report.equivariance import finding, plot_equivariance


def store(layers):
    errors = np.linspace(0, 1.5, 6 * len(layers)).reshape(3, 2, len(layers))
    errors[0, 0, 0] = np.nan
    return xr.Dataset(
        {"error": (("map", "transformation", "layer"), errors)},
        attrs={
            "maps": ["learned", "moved", "same"],
            "transformations": ["flip x", "15°"],
            "layers": layers,
            "train": 9,
            "test": 5,
        },
    )


def test_each_representation_has_a_sentence_and_a_table(tmp_path):
    stores = {"pixels": store(["pixels"]), "cnn": store([f"layer{n}" for n in range(12)])}
    found = finding(stores)
    assert "from layer0 to layer11" in found.sentence
    assert [len(table.rows) for table in found.tables] == [1, 12]
    assert found.tables[0].rows[0][1].startswith("constant | ")
    plot_equivariance(stores, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").stat().st_size > 1000
