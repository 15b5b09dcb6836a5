"""Norms of convolutions: the formula, written-out matrices, iteration, and what theory says."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.lenet import C3_TABLE
from scatterlab.cascades.norms.convolution import (
    Kernels,
    circular_norm,
    enclosing_norm,
    iterated_circular_norm,
    kernels_of,
    norm_as_used,
)
from scatterlab.cascades.norms.singular_values import largest_singular_value
from scatterlab.cascades.norms.transfer import kernel_of, transfer
from scatterlab.errors import InputError


def random(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def circular_matrix(weight, stride, grid):
    """The periodic convolution, written out a pixel at a time: (λ'·y·x, λ·y·x)."""
    outputs, inputs, height, width = weight.shape
    coarse = [pixels // step for pixels, step in zip(grid, stride, strict=True)]
    matrix = torch.zeros(outputs, *coarse, inputs, *grid, dtype=torch.float64)
    for y, x, v, u in np.ndindex(*coarse, height, width):
        matrix[:, y, x, :, (stride[0] * y + v) % grid[0], (stride[1] * x + u) % grid[1]] += weight[
            ..., v, u
        ]
    return matrix.flatten(3).flatten(0, 2)


def aliased_norm(weight, stride, pixels):
    """max_ξ σ_max[Δ^−1 ŵ(ξ + lN/Δ)]_l, word for word."""
    outputs, inputs, *_ = weight.shape
    spectrum = torch.fft.fft2(weight, s=(pixels, pixels)) / stride
    coarse = pixels // stride
    aliases = spectrum.reshape(outputs, inputs, stride, coarse, stride, coarse)
    matrices = aliases.permute(3, 5, 0, 1, 2, 4).reshape(coarse, coarse, outputs, -1)
    return float(torch.linalg.matrix_norm(matrices, ord=2).max())


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_the_formula_is_the_norm_of_the_matrix_for_every_stride(stride):
    weight, pixels = random(3, 2, 3, 3, seed=stride), 12
    expected = float(torch.linalg.matrix_norm(circular_matrix(weight, (stride,) * 2, (12, 12)), 2))
    norm = circular_norm(Kernels((weight,), (stride, stride)), (pixels, pixels))
    assert norm == pytest.approx(expected, rel=1e-10)
    assert aliased_norm(weight, stride, pixels) == pytest.approx(expected, rel=1e-10)


layers = st.fixed_dictionaries(
    {
        "inputs": st.integers(1, 4),
        "outputs": st.integers(1, 4),
        "kernel": st.tuples(st.integers(1, 5), st.integers(1, 5)),
        "stride": st.tuples(st.integers(1, 4), st.integers(1, 4)),
        "size": st.tuples(st.integers(5, 9), st.integers(5, 9)),
        "groups": st.integers(1, 2),
        "dilation": st.integers(1, 2),
        "padding": st.integers(0, 3),
        "seed": st.integers(0, 999),
    }
)


def layer_of(shape):
    groups = shape["groups"]
    torch.manual_seed(shape["seed"])
    fits = all(
        shape["dilation"] * (taps - 1) < pixels + 2 * shape["padding"]
        for taps, pixels in zip(shape["kernel"], shape["size"], strict=True)
    )
    return torch.nn.Conv2d(
        shape["inputs"] * groups,
        shape["outputs"] * groups,
        shape["kernel"] if fits else 1,
        stride=shape["stride"],
        padding=shape["padding"],
        dilation=shape["dilation"],
        groups=groups,
    ).double()


@given(layers)
@settings(max_examples=40, deadline=None)
def test_iteration_and_formula_agree_and_zero_padding_is_at_most_that(shape):
    convolution = layer_of(shape)
    kernels, size = kernels_of(convolution), shape["size"]
    grid = tuple(
        -(-(pixels + taps) // step) * step
        for pixels, taps, step in zip(size, kernels.size, kernels.stride, strict=True)
    )
    formula = circular_norm(kernels, grid)
    assert iterated_circular_norm(kernels, grid) == pytest.approx(formula, rel=1e-4)
    used = norm_as_used([convolution], (convolution.in_channels, *size))
    basis = torch.eye(convolution.in_channels * size[0] * size[1], dtype=torch.float64)
    with torch.no_grad():
        matrix = torch.nn.functional.conv2d(
            basis.view(-1, convolution.in_channels, *size),
            convolution.weight,
            None,
            *(convolution.stride, convolution.padding, convolution.dilation, convolution.groups),
        )
    expected = float(torch.linalg.matrix_norm(matrix.flatten(1), ord=2))
    assert used == pytest.approx(expected, rel=1e-4)
    assert expected <= enclosing_norm(kernels, size) * (1 + 1e-9)


def test_zero_padding_may_exceed_the_periodic_norm_of_the_same_size():
    difference = Kernels((torch.tensor([[[[1.0, -1.0]]]]).double(),), (1, 1))
    assert circular_norm(difference, (1, 3)) == pytest.approx(3**0.5)
    layer = torch.nn.Conv2d(1, 1, (1, 2), padding=(0, 1), bias=False)
    with torch.no_grad():
        layer.weight.copy_(difference.groups[0])
    used = norm_as_used([layer], (1, 1, 3))
    assert 3**0.5 < used <= enclosing_norm(difference, (1, 3))


def test_a_strided_kernel_that_keeps_every_phase_once_has_norm_one():
    """Every pixel goes to one output."""
    weight = torch.eye(4, dtype=torch.float64).view(4, 1, 2, 2)
    assert circular_norm(Kernels((weight,), (2, 2)), (8, 8)) == pytest.approx(1)


def test_a_stride_that_does_not_divide_the_grid_is_refused():
    with pytest.raises(InputError, match="take a multiple of the stride"):
        circular_norm(Kernels((random(1, 1, 3, 3),), (2, 2)), (9, 9))


def test_batch_normalisation_is_folded_as_a_diagonal():
    torch.manual_seed(0)
    convolution, normalisation = torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3)
    normalisation.running_var.uniform_(0.1, 2)
    torch.nn.init.uniform_(normalisation.weight, -2, 2)
    normalisation.eval()
    images = torch.rand(1, 2, 7, 7)
    folded = kernels_of(convolution, normalisation).groups[0].float()
    with torch.no_grad():
        expected = normalisation(convolution(images)) - normalisation(
            convolution(torch.zeros_like(images))
        )
    torch.testing.assert_close(torch.nn.functional.conv2d(images, folded), expected)


def test_a_connection_table_counts_as_zeros():
    tensor = ConvolutionTensor(6, 16, 5, C3_TABLE, generator=torch.Generator().manual_seed(0))
    dense = torch.nn.Conv2d(6, 16, 5, bias=False)
    with torch.no_grad():
        dense.weight.copy_(tensor.kernels.flip(-2, -1))
    first, second = (enclosing_norm(kernels_of(layer), (14, 14)) for layer in (tensor, dense))
    assert first == pytest.approx(second)
    used = norm_as_used([tensor], (6, 14, 14))
    assert used == pytest.approx(norm_as_used([dense], (6, 14, 14)), rel=1e-6)
    assert tensor.weight.dtype == torch.float32


@given(
    st.integers(1, 12), st.integers(1, 7), st.integers(1, 7), st.integers(0, 99), st.floats(0, 5)
)
@settings(max_examples=50, deadline=None)
def test_the_largest_singular_value_of_many_matrices(count, rows, columns, seed, least):
    matrices = torch.complex(
        random(count, rows, columns, seed=seed), random(count, rows, columns, seed=seed + 1)
    )
    expected = max(least, float(torch.linalg.matrix_norm(matrices, ord=2).max()))
    assert largest_singular_value(matrices, least) == pytest.approx(expected, rel=1e-10)


def test_an_operator_that_is_zero_has_norm_zero():
    layer = torch.nn.Conv2d(2, 3, 3, padding=1)
    torch.nn.init.zeros_(layer.weight)
    assert norm_as_used([layer], (2, 9, 9)) == 0
    assert enclosing_norm(kernels_of(layer), (9, 9)) == 0


@given(st.tuples(st.integers(1, 5), st.integers(1, 5)), st.tuples(*[st.integers(1, 3)] * 2))
@settings(max_examples=30, deadline=None)
def test_matrices_give_their_kernel_back(kernel, stride):
    weight, grid = random(2, 3, *kernel), tuple(6 * step for step in stride)
    matrices = transfer(weight, stride, grid)
    torch.testing.assert_close(kernel_of(matrices, stride, grid, kernel), weight)
