"""The multi-class logistic loss of a bag of words."""

import torch

from scatterlab.training.words import WordsLoss


def words_softmax(logits: torch.Tensor, bags: torch.Tensor) -> torch.Tensor:
    """The mean of −Σ_w y_w/Σy · log p(w | image) over the images, p = softmax(logits), in nats.

    `logits` has shape (sample, word); `bags`, of that shape, is 1 for the words of an image's
    caption and 0 for others: each word of the bag is the target, in turn. An empty bag costs 0.
    Joulin, van der Maaten, Jabri & Vasilache 2016, §3.2.
    """
    targets = bags.to(logits.dtype)
    targets = targets / targets.sum(dim=1, keepdim=True).clamp_min(1)
    return -(targets * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()


class WordsSoftmax(WordsLoss):
    """`words_softmax` of captions that are drawn for the images."""

    def __call__(self, output, targets):
        return words_softmax(output, targets)


def loss_from_config(spec) -> WordsSoftmax:
    """See `scatterlab.training.registry`."""
    return WordsSoftmax(spec["captions"])
