"""What may be chance and what may not."""

from math import sqrt
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.report.sampling import difference_margin, margin_between, within_sampling_error

shares = st.floats(0, 1)
sizes = st.integers(1, 100_000)


def test_the_margin_is_that_of_two_independent_proportions():
    error, n = 0.2, 10_000
    assert difference_margin(error, error, n) == pytest.approx(
        1.96 * sqrt(2 * error * (1 - error) / n), rel=1e-3
    )


def test_errors_of_zero_have_an_uncertainty():
    assert difference_margin(0, 0, 100) > 0.01


def test_the_spread_over_training_sets_counts():
    alone = difference_margin(0.1, 0.1, 1000)
    spread = difference_margin(0.1, 0.1, 1000, deviation=0.02, draws=4)
    assert spread**2 - alone**2 == pytest.approx((1.96 * 0.02) ** 2 * (1 + 1 / 4))


def test_two_of_ours_share_no_chance():
    one = SimpleNamespace(error=0.1, n_test=1000, deviation=0.02, draws=4)
    other = SimpleNamespace(error=0.1, n_test=1000, deviation=0.0, draws=1)
    spread = margin_between(one, other)
    alone = margin_between(other, other)
    assert alone == pytest.approx(difference_margin(0.1, 0.1, 1000))
    assert spread**2 - alone**2 == pytest.approx((1.96 * 0.02) ** 2 / 4)


def test_verdicts_on_mnist():
    margin = difference_margin(0.0058, 0.0043, 10_000)
    assert within_sampling_error(0.0058 - 0.0043, margin)
    assert not within_sampling_error(0.0100 - 0.0043, difference_margin(0.0100, 0.0043, 10_000))


@settings(deadline=None, max_examples=50)
@given(shares, shares, sizes)
def test_more_test_samples_tell_more(ours, published, n):
    margin = difference_margin(ours, published, n)
    assert margin == difference_margin(published, ours, n)
    assert difference_margin(ours, published, 4 * n) < margin
