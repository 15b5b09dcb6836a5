"""The scale-invariant loss: its targets, its invariances, its decision."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.errors import InputError
from scatterlab.training.registry import build_loss
from scatterlab.training.simplex import regular_simplex, simplex_loss

COUNTS = st.integers(2, 30)
SEEDS = st.integers(0, 999)


def outputs(count, seed, samples=6):
    draw = torch.Generator().manual_seed(seed)
    z = torch.randn(samples, count, generator=draw, dtype=torch.float64)
    return z, torch.randint(0, count, (samples,), generator=draw)


def padded_simplex(count):
    """The paper's vertices: in R^{K−1}, built one dimension after the other, then a zero."""
    t = torch.zeros(count, count, dtype=torch.float64)
    for k in range(count - 1):
        t[k, k] = (1 - t[k, :k].square().sum()).sqrt()
        t[k + 1 :, k] = (-1 / (count - 1) - t[k + 1 :, :k] @ t[k, :k]) / t[k, k]
    return t


@settings(deadline=None, max_examples=15)
@given(count=COUNTS)
def test_the_simplex_is_regular_and_has_a_dimension_less_than_classes(count):
    t = regular_simplex(count, torch.float64)
    expected = torch.full((count, count), -1 / (count - 1), dtype=torch.float64)
    torch.testing.assert_close(t @ t.T, expected.fill_diagonal_(1))
    assert torch.linalg.matrix_rank(t) == count - 1
    torch.testing.assert_close(t.sum(dim=1), torch.zeros(count, dtype=torch.float64))


@settings(deadline=None, max_examples=15)
@given(count=COUNTS, seed=SEEDS)
def test_it_is_the_papers_loss_of_the_output_rotated(count, seed):
    z, labels = outputs(count, seed)
    theirs = padded_simplex(count)
    left, _, right = torch.linalg.svd(regular_simplex(count, torch.float64).T @ theirs)
    rotation = left @ right
    rotated = torch.nn.functional.normalize(z @ rotation, dim=1)
    expected = (rotated - theirs[labels]).square().sum(dim=1).mean()
    torch.testing.assert_close(simplex_loss(z, labels), expected)
    decided = (z @ rotation @ theirs.T).argmax(dim=1)
    assert torch.equal(decided, z.argmax(dim=1))


@settings(deadline=None, max_examples=15)
@given(count=COUNTS, seed=SEEDS, scale=st.floats(1e-3, 1e3))
def test_the_scale_of_the_output_does_not_matter(count, seed, scale):
    z, labels = outputs(count, seed)
    torch.testing.assert_close(simplex_loss(scale * z, labels), simplex_loss(z, labels))


@settings(deadline=None, max_examples=15)
@given(count=COUNTS, seed=SEEDS)
def test_the_gradient_is_orthogonal_to_the_output(count, seed):
    z, labels = outputs(count, seed)
    simplex_loss(z.requires_grad_(), labels).backward()
    torch.testing.assert_close((z.grad * z).sum(dim=1), torch.zeros(len(z)).double())


def test_gradient_is_that_of_finite_differences():
    z, labels = outputs(5, 0)
    assert torch.autograd.gradcheck(lambda z: simplex_loss(z, labels), z.requires_grad_())


@pytest.mark.parametrize(("sign", "loss"), [(1, 0), (-1, 4)])
def test_the_vertex_itself_costs_nothing_and_the_opposite_four(sign, loss):
    labels = torch.arange(7)
    found = simplex_loss(sign * 3 * regular_simplex(7), labels)
    assert found.item() == pytest.approx(loss, abs=1e-6)


def test_one_class_is_refused():
    with pytest.raises(InputError, match="two or more"):
        simplex_loss(torch.rand(3, 1), torch.zeros(3, dtype=torch.int64))


def test_an_output_of_zeros_has_a_finite_gradient():
    z = torch.zeros(2, 3, requires_grad=True)
    simplex_loss(z, torch.tensor([0, 1])).backward()
    assert torch.isfinite(z.grad).all()


def test_it_is_found_by_its_name():
    z, labels = outputs(4, 1)
    loss = build_loss({"loss": "simplex"})
    assert loss(z, labels) == simplex_loss(z, labels)
    assert torch.equal(loss.right(z, labels), z.argmax(1) == labels)
