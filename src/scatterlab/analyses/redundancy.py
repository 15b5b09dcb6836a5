"""How few weights a trained network needs: operators of low rank, and weights that are predicted.

Denton, Zaremba, Bruna, LeCun & Fergus 2014; Denil, Shakibi, Dinh, Ranzato & de Freitas 2013.
Nothing is trained again afterwards.
"""

import copy
from collections.abc import Callable, Mapping

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.operators import accuracy, compressed, linear_operators, weights_of
from scatterlab.analyses.predicted_weights import (
    forget_weights,
    input_covariances,
    keep_inputs,
    keep_pixels,
    predict_weights,
)
from scatterlab.cascades.blocks.low_rank import full_rank, low_rank, matrix_of

METHODS = ("low rank", "predicted from neighbours", "predicted from inputs", "forgotten")
COVARIANCE_IMAGES = 100
"""Enough for the covariance of patches, of which there are many in each image."""
LARGEST = 4096
"""Inputs of an operator whose covariance is taken; of more, all weights are kept."""


def redundancy(
    network: torch.nn.Module,
    images: torch.Tensor,
    labels: np.ndarray,
    shares: list[float],
    draws: int,
    seed: int,
    seen: torch.Tensor,
) -> xr.Dataset:
    """The accuracy of a network of which only a share is left.

    `images` (sample, channel, y, x) and their `labels` are tested; covariances are those of other
    images, `seen`. Of each linear operator but the last a share of `shares` is left: of its rank;
    of the pixels of its kernels, the others predicted from their neighbours; of its inputs, the
    others predicted by the inputs' covariance, or forgotten, set to zero.

    ``accuracy`` (method, share, draw), where draws of the places differ and ranks do not;
    ``kept`` (method, share), the share of the operators' weights that is stored: two factors may
    have more than one operator. ``rank`` (operator, share); ``alone``, the accuracy with that
    operator alone of low rank; ``distance``, its relative distance ‖W − W_R‖/‖W‖ from the whole
    one. Attributes: ``methods``, ``operators``, the whole network's ``accuracy`` and ``weights``.
    """
    labels = torch.from_numpy(np.asarray(labels))
    operators = linear_operators(network)
    small = {name: one for name, one in operators.items() if matrix_of(one).shape[1] <= LARGEST}
    K = input_covariances(network, small, seen)
    changes = {
        1: lambda name, *given: keep_pixels(*given),
        2: from_inputs(K, predict_weights),
        3: from_inputs(K, forget_weights),
    }
    values = np.empty((len(METHODS), len(shares), draws))
    kept = np.empty((len(METHODS), len(shares)))
    for column, share in enumerate(shares):
        factored = with_low_rank(network, dict.fromkeys(compressed(network), share))
        values[0, column] = accuracy(factored, images, labels)
        kept[0, column] = weights_of(linear_operators(factored))
        for row, change in changes.items():
            for draw in range(draws):
                rng = np.random.default_rng((seed, draw, column))
                left, kept[row, column] = with_few_weights(network, change, share, rng)
                values[row, column, draw] = accuracy(left, images, labels)
    dataset = each_alone(network, images, labels, shares)
    dataset["accuracy"] = (("method", "share", "draw"), values)
    dataset["kept"] = (("method", "share"), kept / weights_of(operators))
    return dataset.assign_attrs(
        methods=list(METHODS),
        operators=list(operators),
        accuracy=accuracy(network, images, labels),
        weights=weights_of(operators),
        samples=len(images),
    )


def each_alone(network, images, labels, shares: list[float]) -> xr.Dataset:
    """Rank, distance and accuracy where one operator is of low rank and the others are whole."""
    operators = linear_operators(network)
    found = np.empty((3, len(operators), len(shares)))
    for row, (name, operator) in enumerate(operators.items()):
        sigma = torch.linalg.svdvals(matrix_of(operator).double())
        for column, share in enumerate(shares):
            rank = rank_of(operator, share)
            tail = sigma[rank:].square().sum() / sigma.square().sum().clamp_min(1e-30)
            alone = accuracy(with_low_rank(network, {name: share}), images, labels)
            found[:, row, column] = rank, float(tail.sqrt()), alone
    names = ("rank", "distance", "alone")
    arrays = {name: (("operator", "share"), part) for name, part in zip(names, found, strict=True)}
    return xr.Dataset(arrays, coords={"share": list(shares)})


def rank_of(operator: torch.nn.Module, share: float) -> int:
    """The rank that is a `share` of the operator's largest, at least 1."""
    return max(1, round(share * full_rank(operator)))


def with_low_rank(network: torch.nn.Module, shares: Mapping[str, float]) -> torch.nn.Module:
    """A copy of `network` in which two operators stand for each of those named in `shares`."""
    factored = copy.deepcopy(network)
    for name, share in shares.items():
        operator = factored.get_submodule(name)
        factored.set_submodule(name, low_rank(operator, rank_of(operator, share)))
    return factored


def with_few_weights(
    network: torch.nn.Module, change: Callable, share: float, rng: np.random.Generator
) -> tuple[torch.nn.Module, int]:
    """A copy of `network` with a `share` of its operators' weights, and how many are kept.

    ``change(name, operator, share, rng)`` changes an operator in place and says how many.
    """
    left, number = copy.deepcopy(network), 0
    for name, operator in linear_operators(left).items():
        whole = name not in compressed(network)
        number += operator.weight.numel() if whole else change(name, operator, share, rng)
    return left, number


def from_inputs(covariances: Mapping[str, np.ndarray], guess: Callable) -> Callable:
    """`keep_inputs` as `with_few_weights` takes it; an operator without covariance stays."""

    def change(name, operator, share, rng) -> int:
        if name not in covariances:
            return operator.weight.numel()
        return keep_inputs(operator, covariances[name], share, rng, guess)

    return change
