"""Minimisation within a box: against closed forms, SciPy's L-BFGS-B, and each row alone."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from scatterlab.analyses.box import minimise_in_box


def separable(centres, weights):
    """Σ w (x − centre)² for each row: its minimum in the box is the centre, clipped."""

    def evaluate(points, rows):
        away = points - centres[rows]
        return (weights[rows] * away.square()).sum(1), 2 * weights[rows] * away

    return evaluate


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_a_separable_quadratic_is_minimal_at_its_clipped_centre(seed):
    draw = torch.Generator().manual_seed(seed)
    centres = 3 * torch.rand(5, 7, generator=draw, dtype=torch.float64) - 1
    weights = 0.1 + 10 * torch.rand(5, 7, generator=draw, dtype=torch.float64)
    start = torch.rand(5, 7, generator=draw, dtype=torch.float64)
    found = minimise_in_box(separable(centres, weights), start, tolerance=1e-14)
    torch.testing.assert_close(found, centres.clamp(0, 1), atol=1e-5, rtol=0)


def rows_of_logistic(seed, rows=6, n=20):
    """c‖x − x₀‖² + log(1 + exp(⟨w, x⟩ + b)) for each row."""
    rng = np.random.default_rng(seed)
    w, x, b = rng.normal(size=(rows, n)) * 3, rng.random((rows, n)), rng.normal(size=rows)
    c = 10.0 ** rng.uniform(-3, 1, rows)
    tensors = [torch.from_numpy(one) for one in (w, x, b, c)]

    def evaluate(points, numbers):
        W, X, B, C = (one[numbers] for one in tensors)
        score = (W * points).sum(1) + B
        value = C * (points - X).square().sum(1) + torch.nn.functional.softplus(score)
        return value, 2 * C[:, None] * (points - X) + torch.sigmoid(score)[:, None] * W

    return evaluate, torch.from_numpy(x)


def test_minima_are_those_of_scipy():
    evaluate, start = rows_of_logistic(0)
    found = minimise_in_box(evaluate, start, tolerance=1e-12)
    for row in range(len(start)):
        number = torch.tensor([row])

        def one(x, number=number):
            value, gradient = evaluate(torch.from_numpy(x)[None], number)
            return value.item(), gradient[0].numpy()

        known = minimize(one, start[row].numpy(), jac=True, method="L-BFGS-B", bounds=[(0, 1)] * 20)
        mine, _ = evaluate(found[row][None], number)
        assert mine.item() <= known.fun * (1 + 1e-6) + 1e-9


def test_a_row_moves_as_it_would_alone_and_stays_in_the_box():
    evaluate, start = rows_of_logistic(1)
    together = minimise_in_box(evaluate, start)
    assert together.min() >= 0
    assert together.max() <= 1
    for row in range(len(start)):
        alone = minimise_in_box(
            lambda points, rows, row=row: evaluate(points, rows + row), start[row][None]
        )
        torch.testing.assert_close(alone[0], together[row])


def test_rows_that_have_ended_are_not_asked_again():
    asked = []
    inner = separable(torch.tensor([[0.5], [0.25]]), torch.ones(2, 1))

    def evaluate(points, rows):
        asked.append(rows.tolist())
        return inner(points, rows)

    minimise_in_box(evaluate, torch.tensor([[0.5], [1.0]]))
    assert asked[0] == [0, 1]
    assert asked[-1] == [1]
