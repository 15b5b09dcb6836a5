"""Maximum likelihood: the loss that is minimised."""

import torch


def negative_log_likelihood(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean of −log p(label | image) over the samples, with p = softmax(logits), in nats.

    `logits` has shape (sample, class), `labels` is int64 of shape (sample,).
    """
    chosen = logits.gather(1, labels[:, None])[:, 0]
    return (torch.logsumexp(logits, dim=1) - chosen).mean()
