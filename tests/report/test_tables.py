"""The numbers of the page."""

from dataclasses import replace

import pytest
import xarray as xr

from scatterlab.report.curves import at_numbers
from scatterlab.report.evaluations import Result, best_result, summarise
from scatterlab.report.tables import (
    accuracy_rows,
    beside_network_rows,
    energy_rows,
    parameter_rows,
    published_rows,
    signed,
)

RESULT = Result("scattering", "svm", "all", 60_000, 10_000, 0.01, (0.008, 0.012), 0.0, ({},))
PUBLISHED = {
    "dataset": "mnist",
    "representation": "scattering",
    "classifier": "svm",
    "train_size": "all",
    "error": 0.43,
    "confidence": "S2",
    "source": "",
}


def test_the_difference_is_ours_less_published():
    (row,) = published_rows([PUBLISHED], [RESULT])
    assert (row["ours"], row["published"], row["difference"]) == ("1.00", "0.43", "+0.57")
    assert row["verdict"] == "higher"
    (row,) = published_rows([PUBLISHED | {"error": 1.1}], [RESULT])
    assert (row["difference"], row["verdict"]) == ("−0.10", "within")
    (row,) = published_rows([PUBLISHED | {"error": 3.0}], [RESULT])
    assert (row["difference"], row["verdict"]) == ("−2.00", "lower")


def test_a_size_that_was_not_run_is_listed():
    (row,) = published_rows([PUBLISHED | {"train_size": 300}], [RESULT])
    assert not row["run"]
    assert "ours" not in row


def test_all_samples_are_as_good_as_their_number():
    (row,) = published_rows([PUBLISHED | {"train_size": 60_000}], [RESULT])
    assert row["run"]


def test_partial_data_get_no_verdict():
    (row,) = published_rows([PUBLISHED], [RESULT], partial=True)
    assert row["verdict"] == "partial"


def test_best_of_a_row_and_of_a_size():
    pixels = replace(RESULT, representation="pixels", error=0.03)
    softmax = replace(RESULT, classifier="softmax", error=0.02)
    other = replace(pixels, classifier="softmax", error=0.04)
    rows = accuracy_rows([RESULT, pixels, softmax, other], ["pixels", "scattering"])
    marks = [[(cell["best"], cell["best_of_size"]) for cell in row["cells"]] for row in rows]
    assert marks == [[(False, False), (True, True)], [(False, False), (True, False)]]
    assert [row["span"] for row in rows] == [2, 0]


def test_networks_stand_beside_all_classifiers_of_a_size():
    network = replace(RESULT, representation="cnn", classifier="network", error=0.005)
    softmax = replace(RESULT, classifier="softmax", error=0.02)
    first, second = accuracy_rows([RESULT, softmax, network], ["scattering"])
    assert [cell["error"] for cell in first["networks"]] == ["0.50"]
    assert first["networks"][0]["best_of_size"]
    assert not first["cells"][0]["best_of_size"]
    assert first["cells"][0]["best"]
    assert second["networks"] == []
    (alone,) = accuracy_rows([network], [])
    assert (alone["span"], alone["classifier"], alone["cells"]) == (1, "", [])


def test_beside_a_network_a_smaller_error_is_negative_and_chance_is_told():
    network = replace(RESULT, representation="cnn", classifier="network", error=0.03)
    alike = replace(network, representation="hybrid", error=0.031)
    rows = beside_network_rows([RESULT, network, alike], "cnn")
    assert [row["name"] for row in rows] == ["scattering, svm", "hybrid"]
    cells = [row["cells"][0] for row in rows]
    assert [cell["difference"] for cell in cells] == ["−2.00", "+0.10"]
    assert [cell["verdict"] for cell in cells] == ["lower", "within"]


def test_the_best_result_is_of_the_largest_size():
    small = replace(RESULT, train_size="300", n_train=300, error=0.0)
    assert best_result([small, RESULT]) is RESULT


def test_several_draws_show_their_deviation():
    drawn = replace(RESULT, interval=None, deviation=0.0123)
    assert accuracy_rows([drawn], ["scattering"])[0]["cells"][0]["uncertainty"] == "± 1.23"


def test_energy_sums_over_orders_and_takes_the_largest_image():
    energy = xr.DataArray(
        [[[0.8, 0.9], [0.1, 0.1]]], dims=("J", "order", "sample"), coords={"J": [2]}
    )
    (row,) = energy_rows(energy)
    assert row == {"J": 2, "orders": ["85.00", "10.00"], "total": "95.00", "largest": "100.00"}


@pytest.mark.parametrize(("value", "text"), [(-0.001, "0.00"), (0.5, "+0.50"), (-0.5, "−0.50")])
def test_signs(value, text):
    assert signed(value) == text


def test_a_transductive_result_says_so_wherever_it_stands():
    marked = replace(RESULT, evaluations=({"draw": 0, "parameters": {"transductive": True}},))
    assert accuracy_rows([marked], ["scattering"])[0]["classifier"] == "svm (transductive)"
    assert published_rows([PUBLISHED], [marked])[0]["classifier"] == "svm (transductive)"
    assert parameter_rows([marked])[0]["classifier"] == "svm (transductive)"
    assert accuracy_rows([RESULT], ["scattering"])[0]["classifier"] == "svm"


def test_sizes_per_class_are_those_of_published_rows_too():
    ours = replace(RESULT, train_size="40", n_train=400, per_class=True)
    assert accuracy_rows([ours], ["scattering"])[0]["n_train"] == "400 (40 per class)"
    met, other = (published_rows([PUBLISHED | {"train_size": n}], [ours])[0] for n in (40, 400))
    assert (met["run"], met["train_size"]) == (True, "40 per class")
    assert not other["run"]
    assert at_numbers([PUBLISHED | {"train_size": 5}], [ours])[0]["train_size"] == 50


def test_the_score_decides_whose_error_it_is():
    evaluation = {
        "representation": "r",
        "classifier": "c",
        "train_size": 5,
        "n_train": 50,
        "n_test": 100,
        "error": 0.1,
        "interval": [0.85, 0.95],
        "class_mean": {"n_test": 36.0, "error": 0.25, "interval": [0.7, 0.8]},
    }
    plain = summarise([evaluation])
    mean = summarise([evaluation], "resampled", "class_mean")
    assert (plain.error, plain.n_test, plain.per_class) == (0.1, 100, False)
    assert (mean.error, mean.n_test, mean.per_class) == (0.25, 36.0, True)
    assert mean.interval == pytest.approx((0.2, 0.3))
