"""A linear operator of low rank: what a layer does, with fewer weights."""

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor


def low_rank(operator: torch.nn.Module, rank: int) -> torch.nn.Sequential:
    """The best approximation of a convolution or a full layer of that `rank`, as two operators.

    Σ_r σ_r u_r v_rᵀ, the first terms of the singular value decomposition of its matrix, becomes
    `rank` kernels v_r that see all channels, with the stride and padding of `operator`, and a
    1×1 convolution that mixes them, with the bias. No other operator of that rank is nearer
    (Eckart & Young 1936); the squared distance is the sum of the squared singular values after
    `rank`. Denton, Zaremba, Bruna, LeCun & Fergus 2014, §3.2, for convolutions.
    """
    U, sigma, V = torch.linalg.svd(matrix_of(operator).double(), full_matrices=False)
    kernels = sigma[:rank, None].sqrt() * V[:rank]
    mixture = U[:, :rank] * sigma[:rank].sqrt()
    weight = dense_weight(operator)
    if isinstance(operator, torch.nn.Linear):
        first = torch.nn.Linear(weight.shape[1], rank, bias=False)
        second = torch.nn.Linear(rank, len(weight), bias=operator.bias is not None)
    else:
        channels, *size = weight.shape[1:]
        how = {name: getattr(operator, name, value) for name, value in PLAIN.items()}
        first = torch.nn.Conv2d(channels, rank, tuple(size), bias=False, **how)
        second = torch.nn.Conv2d(rank, len(weight), 1, bias=operator.bias is not None)
    factors = torch.nn.Sequential(first, second).double()
    with torch.no_grad():
        first.weight.copy_(kernels.view(first.weight.shape))
        second.weight.copy_(mixture.view(second.weight.shape))
        if operator.bias is not None:
            second.bias.copy_(operator.bias)
    return factors.to(weight)


PLAIN = {"stride": 1, "padding": 0, "dilation": 1}
"""How a convolution moves, unless it says otherwise."""


def dense_weight(operator: torch.nn.Module) -> torch.Tensor:
    """(λ', λ, y, x), or (λ', λ) of a full layer; zero where there is no connection."""
    if isinstance(operator, ConvolutionTensor):
        return operator.kernels.detach().flip(-2, -1)
    return operator.weight.detach()


def matrix_of(operator: torch.nn.Module) -> torch.Tensor:
    """The matrix of an operator on patches: (λ', λ·y·x)."""
    return dense_weight(operator).flatten(1)


def full_rank(operator: torch.nn.Module) -> int:
    """The largest rank that the operator may have."""
    return min(matrix_of(operator).shape)
