"""The blocks of networks against their definitions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.blocks.scaled_tanh import ScaledTanh
from scatterlab.cascades.blocks.standardisation import Standardisation
from scatterlab.cascades.blocks.subsampling import Subsampling

TABLE = ((0, 2), (1,), (0, 1, 2), (2, 1))


def normal(*shape, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=draw)


def by_definition(maps, kernels):
    """Σ_λ Σ_v x(u − v, λ) ψ(v, λ, λ') at every u where x(u − v) exists, one loop an index."""
    (inputs, height, width), (outputs, _, size, _) = maps.shape, kernels.shape
    result = np.zeros((outputs, height - size + 1, width - size + 1))
    for out, y, x in np.ndindex(*result.shape):
        for channel, dy, dx in np.ndindex(inputs, size, size):
            at = maps[channel, y + size - 1 - dy, x + size - 1 - dx]
            result[out, y, x] += at * kernels[out, channel, dy, dx]
    return result


@settings(deadline=None, max_examples=15)
@given(
    inputs=st.integers(1, 3),
    outputs=st.integers(1, 3),
    size=st.integers(1, 3),
    height=st.integers(3, 6),
    width=st.integers(3, 6),
)
def test_convolution_tensor_is_its_definition(inputs, outputs, size, height, width):
    block = ConvolutionTensor(inputs, outputs, size).double()
    maps = normal(2, inputs, height, width)
    expected = [by_definition(image, block.kernels.detach().numpy()) for image in maps.numpy()]
    np.testing.assert_allclose(block(maps).detach().numpy(), expected, atol=1e-12)


def test_bias_is_added_to_each_map():
    block = ConvolutionTensor(2, 3, 3).double()
    maps = normal(1, 2, 5, 5)
    without = block(maps)
    with torch.no_grad():
        block.bias.copy_(torch.tensor([1.0, 2.0, 3.0]))
    assert torch.allclose(block(maps) - without, block.bias[:, None, None].expand(3, 3, 3))


def test_a_table_leaves_out_the_other_channels():
    block = ConvolutionTensor(3, 4, 3, TABLE).double()
    kernels = block.kernels.detach()
    seen = [tuple(row.abs().sum(dim=(1, 2)).nonzero()[:, 0].tolist()) for row in kernels]
    assert seen == [tuple(sorted(row)) for row in TABLE]
    assert block.weight.numel() == sum(map(len, TABLE)) * 9
    maps = normal(1, 3, 6, 5)
    expected = by_definition(maps[0].numpy(), kernels.numpy())
    np.testing.assert_allclose(block(maps)[0].detach().numpy(), expected, atol=1e-12)


def test_a_full_table_is_no_table():
    draw = [torch.Generator().manual_seed(3) for _ in range(2)]
    full = ConvolutionTensor(2, 3, 3, [(0, 1)] * 3, generator=draw[0])
    dense = ConvolutionTensor(2, 3, 3, generator=draw[1])
    assert torch.equal(full.kernels, dense.kernels)


def test_a_group_convolution_is_a_convolution_tensor():
    """On Z² × Z/n, ψ(v, λ, λ') = h(v, λ' − λ): the tensor convolves over the group."""
    order, size, h = 4, 3, normal(4, 3, 3, seed=1)
    block = ConvolutionTensor(order, order, size).double()
    with torch.no_grad():
        for out, channel in np.ndindex(order, order):
            block.weight[out, channel] = h[(out - channel) % order].flip(-2, -1)
    maps = normal(1, order, 6, 6)
    expected = np.zeros((order, 4, 4))
    for shift in range(order):
        moved = np.roll(maps[0].numpy(), shift, axis=0)
        for g in range(order):
            kernel = h[shift].numpy()[None, None]
            expected[g] += by_definition(moved[g : g + 1], kernel)[0]
    np.testing.assert_allclose(block(maps)[0].detach().numpy(), expected, atol=1e-12)
    rolled = block(maps.roll(1, dims=1))
    torch.testing.assert_close(rolled, block(maps).roll(1, dims=1))


def test_first_weights_keep_the_variance():
    block = ConvolutionTensor(8, 400, 5, generator=torch.Generator().manual_seed(0)).double()
    assert block(normal(4, 8, 9, 9)).var().item() == pytest.approx(1, rel=0.1)


def test_subsampling_sums_squares_and_drops_an_odd_edge():
    block = Subsampling(2).double()
    with torch.no_grad():
        block.coefficient.copy_(torch.tensor([1.0, -2.0]))
        block.bias.copy_(torch.tensor([0.5, 3.0]))
    maps = torch.arange(30, dtype=torch.float64).reshape(1, 2, 3, 5)
    # squares of the first map: 0+1+5+6 = 12, 2+3+7+8 = 20; of the second, 15 · 4 more
    assert block(maps).tolist() == [[[[12.5, 20.5]], [[-141.0, -157.0]]]]


def test_subsampling_starts_as_an_average():
    maps = torch.full((1, 3, 4, 4), 0.7)
    torch.testing.assert_close(Subsampling(3)(maps), torch.full((1, 3, 2, 2), 0.7))


def test_scaled_tanh_fixes_plus_and_minus_one():
    values = ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0, 100.0], dtype=torch.float64))
    assert values.tolist() == pytest.approx([-1, 0, 1, 1.7159], abs=1e-4)


def test_standardisation_gives_mean_zero_and_variance_one():
    images = 3 + 2 * normal(50, 2, 4, 4)
    block = Standardisation(2).double()
    block.fix(images.mean(dim=(0, 2, 3)), images.std(dim=(0, 2, 3), correction=0))
    result = block(images)
    torch.testing.assert_close(result.mean(dim=(0, 2, 3)), torch.zeros(2).double())
    torch.testing.assert_close(result.var(dim=(0, 2, 3), correction=0), torch.ones(2).double())


def test_standardisation_only_centres_a_constant_colour():
    block = Standardisation(1)
    block.fix(torch.tensor([0.25]), torch.tensor([0.0]))
    assert block(torch.full((1, 1, 2, 2), 0.5)).unique().tolist() == [0.25]


@pytest.mark.parametrize(
    "block",
    [
        ConvolutionTensor(3, 2, 3),
        ConvolutionTensor(3, 4, 3, TABLE),
        Subsampling(3),
        ScaledTanh(),
        Standardisation(3),
    ],
    ids=lambda block: type(block).__name__,
)
def test_gradients_are_those_of_finite_differences(block):
    block = block.double()
    parameters = dict(block.named_parameters())
    maps = normal(2, 3, 4, 5).requires_grad_()

    def call(maps, *values):
        named = dict(zip(parameters, values, strict=True))
        return torch.func.functional_call(block, named, maps)

    assert torch.autograd.gradcheck(call, (maps, *parameters.values()))
