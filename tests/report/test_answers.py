"""What is said of the variants of a question."""

import json
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.classifiers.decisions import Decisions, write_evaluation
from scatterlab.errors import StoreError
from scatterlab.report.answer_figure import plot_answer
from scatterlab.report.answers import answer, paired_margin

SAMPLES = 400
COST = {"parameters": 10, "multiply_adds": 2_000_000, "milliseconds": 1.0}


def asked(changes, draws=1, along=None):
    return {
        "title": "Title",
        "text": "",
        "dataset": "d",
        "along": along,
        "train_size": "all",
        "draws": draws,
        "changes": changes,
    }


def write(folder, network, wrong, draw=0):
    """The evaluation of a network that takes the first `wrong` samples of class 0 for class 1."""
    where = folder / network / "network" / f"train-all-draw-{draw}"
    predicted = (np.arange(SAMPLES) < wrong).astype(int)
    decisions = Decisions(np.arange(SAMPLES), np.zeros(SAMPLES, int), predicted)
    about = {
        "representation": network,
        "classifier": "network",
        "train_size": "all",
        "draw": draw,
        "n_train": 50,
    }
    write_evaluation(
        where / "evaluation.json", where / "predictions.csv", decisions, ["a", "b"], about
    )


def costs(*networks):
    named = {name: {**COST, "milliseconds": 1.0 + n} for n, name in enumerate(networks)}
    return {"batch": 64, "networks": named}


def test_who_errs_least_who_may_and_who_is_slow(tmp_path):
    for variant, wrong in (("a", 44), ("b", 40), ("c", 100)):
        write(tmp_path, f"q.{variant}", wrong)
    changes = {variant: {"rho": variant} for variant in "abc"}
    found = answer("q", asked(changes), tmp_path, costs("q.a", "q.b", "q.c"))
    assert found["sentence"] == (
        "b errs least, 10.00 %; a (+1.00 ± 0.98) and c (+15.00 ± 3.50) are worse. "
        "A step takes 1.00 ms an image with a, and 3.0 times as long with c."
    )
    assert [row["variant"] for row in found["rows"]] == ["a", "b", "c"]
    assert [row["error"] for row in found["rows"]] == [0.11, 0.1, 0.25]
    json.dumps(found)


def test_a_difference_of_few_samples_may_be_chance(tmp_path):
    write(tmp_path, "q.a", 10)
    write(tmp_path, "q.b", 13)
    found = answer("q", asked({"a": {}, "b": {}}), tmp_path, costs("q.a", "q.b"))
    assert "a errs least, 2.50 %; b (+0.75 ± 0.85) may be chance." in found["sentence"]


def test_along_a_key_every_variant_is_a_curve(tmp_path):
    changes, along = {}, {"blocks": [1, 4]}
    for variant, errors in (("plain", (40, 80)), ("residual", (40, 20))):
        for blocks, wrong in zip(along["blocks"], errors, strict=True):
            changes[f"{variant}.{blocks}"] = {"skip": variant, "blocks": blocks}
            write(tmp_path, f"q.{variant}.{blocks}", wrong)
    cost = costs(*(f"q.{variant}" for variant in changes))
    found = answer("q", asked(changes, along=along), tmp_path, cost)
    assert found["sentence"].startswith(
        "From blocks 1 to 4, the error goes from 10.00 to 20.00 % for plain and from 10.00 to "
        "5.00 % for residual. "
        "At 4, residual errs least, 5.00 %; plain (+15.00 ±"
    )
    compared = {(row["label"], row["along"]): row["difference"] for row in found["rows"]}
    assert compared[("plain", 1)] == compared[("residual", 1)] == 0
    plot_answer(found, tmp_path / "curves.svg")
    assert "<svg" in (tmp_path / "curves.svg").read_text()


def test_draws_are_averaged(tmp_path):
    for draw, wrong in enumerate((20, 60)):
        write(tmp_path, "q.a", wrong, draw)
        write(tmp_path, "q.b", 80, draw)
    found = answer("q", asked({"a": {}, "b": {}}, draws=2), tmp_path, costs("q.a", "q.b"))
    a, b = found["rows"]
    assert (a["error"], a["errors"], a["interval"]) == (pytest.approx(0.1), [0.05, 0.15], None)
    assert a["deviation"] == pytest.approx(0.1 / sqrt(2))
    assert b["margin"] > 1.96 * 0.05


def test_missing_predictions_are_named(tmp_path):
    write(tmp_path, "q.a", 1)
    write(tmp_path, "q.b", 1)
    (tmp_path / "q.b/network/train-all-draw-0/predictions.csv").unlink()
    with pytest.raises(StoreError, match=r"q\.b/network/.*predictions\.csv: no such"):
        answer("q", asked({"a": {}, "b": {}}), tmp_path, costs("q.a", "q.b"))


def test_predictions_of_another_run_are_named(tmp_path):
    write(tmp_path, "q.a", 1)
    write(tmp_path, "q.b", 1)
    with (tmp_path / "q.b/network/train-all-draw-0/predictions.csv").open("a") as file:
        file.write("400,0,0\n")
    with pytest.raises(
        StoreError, match=r"q\.b/network/.*: 401 predictions, but the evaluation is of 400"
    ):
        answer("q", asked({"a": {}, "b": {}}), tmp_path, costs("q.a", "q.b"))


def test_of_two_alike_the_difference_is_certain():
    mistakes = np.random.default_rng(0).random((3, 50)) < 0.2
    assert paired_margin(mistakes, mistakes) == 0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**31))
def test_pairs_that_err_together_are_told_apart_sooner_than_independent_ones(seed):
    """With one draw it is McNemar's: the variance of a difference counts discordant samples."""
    rng = np.random.default_rng(seed)
    one, other = rng.random((2, 1, 300)) < 0.3
    discordant = (one != other).mean()
    difference = one.mean() - other.mean()
    expected = 1.96 * sqrt((discordant - difference**2) / 300)
    assert paired_margin(one, other) == pytest.approx(expected)
