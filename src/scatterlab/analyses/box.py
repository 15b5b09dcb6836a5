"""Minimisation within a box, of many functions side by side: L-BFGS with projections."""

from collections.abc import Callable

import torch

Evaluate = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]

SUFFICIENT = 1e-4
"""Of the decrease that the gradient promises, the share that a step must keep (Armijo)."""
HALVINGS = 20
"""Of a step, before its row is left where it is."""
CURVED = 1e-10
"""Least cosine of a step and the change of the gradient along it, for the pair to be kept."""


def minimise_in_box(
    evaluate: Evaluate,
    start: torch.Tensor,
    low: float = 0.0,
    high: float = 1.0,
    *,
    iterations: int = 100,
    memory: int = 10,
    tolerance: float = 1e-6,
) -> torch.Tensor:
    """Local minima of one function a row, from `start` (row, n), within [`low`, `high`]^n.

    ``evaluate(points, rows)`` gives the values (row,) and gradients (row, n) of the functions
    numbered `rows` (int64) at `points` (row, n); rows that have ended are not asked again. A row
    ends after `iterations`, or when a step lowers its value by less than `tolerance`, relative
    to the larger of the value and 1.

    Limited-memory BFGS in the variables that are free, those that the gradient does not hold at a
    bound, with steps projected on the box (Bertsekas, SIAM J. Control and Optimization 20, 1982,
    §3). A row moves as it would alone. Of a convex function the minimum is that of SciPy's
    L-BFGS-B, which takes one function at a time (a network is faster with a batch); of another
    it may be another local one.
    """
    found = start.clamp(low, high)
    rows = torch.arange(len(found), device=found.device)
    points = found.clone()
    values, gradients = evaluate(points, rows)
    past: list[tuple[torch.Tensor, torch.Tensor]] = []
    for _ in range(iterations):
        held = (points <= low) & (gradients > 0) | (points >= high) & (gradients < 0)
        steps = quasi_newton_steps(gradients, ~held, past)
        moved = backtrack(evaluate, rows, (points, values, gradients), steps, low, high)
        past = [*past[-memory + 1 :], (moved[0] - points, moved[2] - gradients)]
        going = values - moved[1] > tolerance * values.abs().clamp_min(1)
        found[rows] = moved[0]
        rows = rows[going]
        if not len(rows):
            break
        points, values, gradients = (one[going] for one in moved)
        past = [(step[going], change[going]) for step, change in past]
    return found


def quasi_newton_steps(gradients, free, past) -> torch.Tensor:
    """−H g in the free variables, zero elsewhere, by the two-loop recursion over `past`.

    `past` are pairs of (step, change of the gradient), each (row, n), the oldest first. The first
    step has length 1, or less where the gradient is shorter (Nocedal & Wright 2006, alg. 7.4).
    """
    q = gradients * free
    pairs = [restricted(step, change, free) for step, change in past]
    scale = 1 / norm(q).clamp_min(1)
    coefficients = []
    for step, change, rho in reversed(pairs):
        coefficients.append(rho * dot(step, q))
        q = q - coefficients[-1] * change
    for step, change, rho in pairs:  # the newest pair that is curved scales
        scale = torch.where(
            rho > 0, dot(step, change) / dot(change, change).clamp_min(1e-30), scale
        )
    q = scale * q
    for (step, change, rho), coefficient in zip(pairs, reversed(coefficients), strict=True):
        q = q + (coefficient - rho * dot(change, q)) * step
    steps = -q * free
    descends = dot(steps, gradients) < 0
    return torch.where(descends, steps, -gradients * free)


def restricted(step, change, free) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A pair in the free variables, with 1/⟨step, change⟩, or 0 where that is not positive."""
    step, change = step * free, change * free
    product = dot(step, change)
    curved = product > CURVED * norm(step) * norm(change)
    return step, change, torch.where(curved, 1 / torch.where(curved, product, 1), 0)


def backtrack(evaluate, rows, state, steps, low, high):
    """Points, values and gradients after each row's step, halved until it lowers the value enough.

    A row whose step never does stays as in `state`, (points, values, gradients).
    """
    points, values, gradients = state
    moved = [one.clone() for one in state]
    left = torch.arange(len(points), device=points.device)
    share = 1.0
    for _ in range(HALVINGS):
        tried = (points[left] + share * steps[left]).clamp(low, high)
        at, slopes = evaluate(tried, rows[left])
        promised = ((tried - points[left]) * gradients[left]).sum(dim=1)
        enough = at <= values[left] + SUFFICIENT * promised
        done = left[enough]
        for whole, part in zip(moved, (tried, at, slopes), strict=True):
            whole[done] = part[enough]
        left = left[~enough]
        if not len(left):
            break
        share /= 2
    return moved


def dot(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Inner products of rows, (row, 1)."""
    return (first * second).sum(dim=1, keepdim=True)


def norm(rows: torch.Tensor) -> torch.Tensor:
    """Norms of rows, (row, 1)."""
    return rows.norm(dim=1, keepdim=True)
