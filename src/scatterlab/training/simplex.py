"""The scale-invariant loss: the direction of the output against a vertex of a regular simplex.

Chintala, Ranzato, Szlam, Tian, Tygert & Zaremba, "Scale-invariant learning and convolutional
networks", 2015 (arXiv 1506.08230). Their K vertices lie in R^{K−1}, padded by a zero to R^K. Here
the simplex is turned so that the padded direction is (1, …, 1)/√K. The loss depends on inner
products alone, and the last operator of a network, its first weights, their decay and their
gradient steps commute with rotations of its output: training is the same. But ⟨z, t_k⟩ is now
√(K/(K−1)) (z_k − mean z), so that the decision, argmax ⟨z, t_k⟩, is the largest of the network's
own outputs, as it is after a softmax.
"""

import torch

from scatterlab.errors import InputError
from scatterlab.training.loss import Loss

LEAST_NORM = 1e-12
"""Outputs that are shorter have no direction."""


def regular_simplex(count: int, dtype=torch.float32) -> torch.Tensor:
    """K = `count` unit vectors t_k, the rows of (K, K), with ⟨t_i, t_j⟩ = −1/(K−1) for i ≠ j.

    t_k = √(K/(K−1)) (e_k − (1, …, 1)/K); they span the K − 1 dimensions across (1, …, 1). Raises
    `InputError` for fewer than two.
    """
    if count < 2:
        raise InputError(f"loss simplex: {count} class has no simplex; it takes two or more")
    centred = torch.eye(count, dtype=dtype) - 1 / count
    return centred * (count / (count - 1)) ** 0.5


def simplex_loss(output: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean over the samples of ‖z/‖z‖ − t_label‖², from 0 to 4, with z the output.

    `output` has shape (sample, class), at least two classes; `labels` is int64 of shape
    (sample,). Multiplying z by a positive number changes nothing.
    """
    direction = torch.nn.functional.normalize(output, dim=1, eps=LEAST_NORM)
    targets = regular_simplex(output.shape[1], output.dtype).to(output.device)[labels]
    return (direction - targets).square().sum(dim=1).mean()


class Simplex(Loss):
    """`simplex_loss`; the vertex nearest in direction, the largest output, is decided for."""

    def __call__(self, output, targets):
        return simplex_loss(output, targets)


def loss_from_config(spec) -> Simplex:
    """See `scatterlab.training.registry`."""
    return Simplex()
