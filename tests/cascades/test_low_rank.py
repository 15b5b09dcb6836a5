"""Operators of low rank: the nearest there are, run as two."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.blocks.low_rank import dense_weight, full_rank, low_rank, matrix_of
from scatterlab.cascades.lenet import C3_TABLE


def operators():
    """One of each kind, in float64, and maps that it takes."""
    draw = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    kinds = {
        "tensor": ConvolutionTensor(3, 8, 5, generator=draw),
        "table": ConvolutionTensor(6, 16, 5, C3_TABLE, generator=draw),
        "strided": torch.nn.Conv2d(3, 8, 3, stride=2, padding=1),
        "oblong": torch.nn.Conv2d(3, 8, (1, 3), padding="same", bias=False),
        "dilated": torch.nn.Conv2d(3, 8, 3, dilation=2),
        "full": torch.nn.Linear(20, 8),
    }
    for name, operator in kinds.items():
        channels = dense_weight(operator).shape[1]
        shape = (4, 20) if name == "full" else (4, channels, 11, 12)
        yield name, operator.double(), torch.randn(shape, dtype=torch.float64)


OPERATORS = {name: (operator, maps) for name, operator, maps in operators()}


@pytest.mark.parametrize("kind", OPERATORS)
def test_full_rank_gives_the_same_output(kind):
    operator, maps = OPERATORS[kind]
    torch.testing.assert_close(low_rank(operator, full_rank(operator))(maps), operator(maps))


@pytest.mark.parametrize("kind", OPERATORS)
@pytest.mark.parametrize("rank", [1, 3])
def test_two_operators_do_what_the_truncated_kernel_does(kind, rank):
    """Against the dense operator whose matrix is the truncated singular value decomposition."""
    operator, maps = OPERATORS[kind]
    U, sigma, V = torch.linalg.svd(matrix_of(operator), full_matrices=False)
    truncated = (U[:, :rank] * sigma[:rank]) @ V[:rank]
    weight = truncated.view(dense_weight(operator).shape)
    if kind == "full":
        expected = torch.nn.functional.linear(maps, weight, operator.bias)
    else:
        how = [getattr(operator, name, 1) for name in ("stride", "padding", "dilation")]
        how[1] = getattr(operator, "padding", 0)
        expected = torch.nn.functional.conv2d(maps, weight, operator.bias, *how)
    torch.testing.assert_close(low_rank(operator, rank)(maps), expected)


@settings(max_examples=25, deadline=None)
@given(rank=st.integers(1, 7), kind=st.sampled_from([*OPERATORS]))
def test_the_squared_distance_is_the_sum_of_the_singular_values_left_out(rank, kind):
    """Eckart & Young 1936."""
    operator, _ = OPERATORS[kind]
    first, second = low_rank(operator, rank)
    product = second.weight.flatten(1) @ first.weight.flatten(1)
    distance = (product - matrix_of(operator)).square().sum()
    tail = torch.linalg.svdvals(matrix_of(operator))[rank:].square().sum()
    torch.testing.assert_close(distance, tail)


def test_weights_are_those_of_the_two_factors():
    first, second = low_rank(torch.nn.Conv2d(16, 32, 3), 4)
    assert first.weight.numel() + second.weight.numel() == 4 * (16 * 9 + 32)
    assert first.bias is None
    assert len(second.bias) == 32
