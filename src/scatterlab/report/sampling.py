"""Is a difference of two error rates more than chance?"""

from math import sqrt

QUANTILE = 1.96
"""Of the normal law, for 95 %."""


def difference_margin(
    ours: float, published: float, n_test: int, *, deviation: float = 0.0, draws: int = 1
) -> float:
    """Half the width of the 95 % interval of `ours` − `published`, fractions of `n_test` samples.

    Both are taken as independent binomial proportions, each with one success and one failure
    added (Agresti & Caffo 2000), so that an error of 0 has an uncertainty too. As both are
    usually measured on the same test samples, this is on the safe side. `deviation` is the
    standard deviation of our errors over `draws` random training sets: our mean varies by its
    share of that, a published result on one training set by all of it.
    """
    variance = sum(binomial_variance(error, n_test) for error in (ours, published))
    variance += deviation**2 * (1 + 1 / draws)
    return QUANTILE * sqrt(variance)


def margin_between(one, other) -> float:
    """Half the width of the 95 % interval of the difference of two of our errors.

    Each has an ``error`` on ``n_test`` samples and, over ``draws`` random training sets, a
    ``deviation``. They are taken as independent, as in `difference_margin`.
    """
    variance = sum(
        binomial_variance(result.error, result.n_test) + result.deviation**2 / result.draws
        for result in (one, other)
    )
    return QUANTILE * sqrt(variance)


def binomial_variance(error: float, n_test: float) -> float:
    """Of a share of mistakes, with one success and one failure added."""
    share = (error * n_test + 1) / (n_test + 2)
    return share * (1 - share) / (n_test + 2)


def within_sampling_error(difference: float, margin: float) -> bool:
    """Whether a difference is no larger than its margin."""
    return abs(difference) <= margin
