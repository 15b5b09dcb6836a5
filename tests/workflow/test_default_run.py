"""The default run, whole: what `make run` does."""

import json

import pytest
import xarray as xr

pytestmark = pytest.mark.workflow
RESULT = "results/classification/digits/{}/{}/train-all-draw-0/evaluation.json"


@pytest.fixture(scope="module")
def default(fresh, tmp_path_factory):
    workflow = fresh(tmp_path_factory.mktemp("default") / "run")
    workflow.run(small=False)
    return workflow


def error(default, representation, classifier):
    return json.loads((default.folder / RESULT.format(representation, classifier)).read_text())[
        "error"
    ]


def test_scattering_classifies_digits_better_than_pixels_and_all_do_well(default):
    for classifier in ("affine_pca", "svm", "softmax"):
        scattering = error(default, "scattering2", classifier)
        assert scattering <= error(default, "pixels", classifier)
        assert scattering < 0.02
    assert error(default, "cnn", "softmax") < 0.05


def test_the_report_is_one_page_that_shows_every_representation(default):
    page = (default.folder / "results/report/index.html").read_text()
    for name in ("pixels", "fourier", "scattering1", "scattering2", "cnn"):
        assert name in page
    assert "src=http" not in page
    assert page.count("data:image/svg+xml") >= 7


def test_features_open_with_named_dimensions_and_coordinates(default):
    path = default.folder / "results/features/digits/scattering2/shard-0-of-1.zarr"
    with xr.open_zarr(path, chunks=None) as features:
        assert features["features"].dims == ("sample", "channel", "y", "x")
        assert {"label", "split", "order", "j1", "theta1", "j2", "theta2"} <= set(features.coords)
        assert features.sizes == {"sample": 1797, "channel": 217, "y": 4, "x": 4}
        chosen = features.features.sel(channel=(features.order == 2) & (features.j2 == 2))
        assert chosen.sizes["channel"] == 2 * 64
        assert len(features.theta1.attrs["angles"]) == 8


def test_a_second_run_has_nothing_to_do(default):
    assert "Nothing to be done" in default.run("-n", small=False)
