"""The one-versus-all logistic loss of a bag of words."""

import torch
from torch.nn.functional import softplus

from scatterlab.training.words import WordsLoss


def words_one_vs_all(logits: torch.Tensor, bags: torch.Tensor) -> torch.Tensor:
    """The mean over the images of −Σ_w log p(y_w | image), each word by itself, in nats.

    `logits` has shape (sample, word); `bags`, of that shape, is 1 for the words of an image's
    caption and 0 for others; word w is in it with p = 1/(1 + exp(−logit)). Joulin, van der Maaten,
    Jabri & Vasilache 2016, §3.2.
    """
    signs = 1 - 2 * bags.to(logits.dtype)
    return softplus(signs * logits).sum(dim=1).mean()


class WordsOneVsAll(WordsLoss):
    """`words_one_vs_all` of captions that are drawn for the images."""

    def __call__(self, output, targets):
        return words_one_vs_all(output, targets)


def loss_from_config(spec) -> WordsOneVsAll:
    """See `scatterlab.training.registry`."""
    return WordsOneVsAll(spec["captions"])
