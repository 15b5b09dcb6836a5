"""Maximum likelihood: the loss of a softmax."""

import torch

from scatterlab.training.loss import Loss


def negative_log_likelihood(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean of −log p(label | image) over the samples, with p = softmax(logits), in nats.

    `logits` has shape (sample, class), `labels` is int64 of shape (sample,).
    """
    return torch.nn.functional.cross_entropy(logits, labels)


class Likelihood(Loss):
    """`negative_log_likelihood`; the most probable class is decided for."""

    def __call__(self, output, targets):
        return negative_log_likelihood(output, targets)


def loss_from_config(spec) -> Likelihood:
    """See `scatterlab.training.registry`."""
    return Likelihood()
