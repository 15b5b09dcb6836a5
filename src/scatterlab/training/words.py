"""Learning from captions in place of labels (Joulin et al. 2016): what their losses share."""

import torch

from scatterlab.training.captions import make_captions
from scatterlab.training.loss import Loss
from scatterlab.training.targets import Targets
from scatterlab.training.uniform_words import UniformWords


class WordsLoss(Loss):
    """A loss whose targets are bags of words, uint8 (sample, word).

    The captions are drawn as `captions`, a section of the configuration as a mapping, says;
    images are drawn as often for one word as for another.
    """

    def __init__(self, captions):
        self.captions = captions

    def targets(self, labels, class_names):
        made = make_captions(labels, class_names, self.captions)
        words = UniformWords(made.bags)
        return Targets(
            torch.from_numpy(made.bags), made.words, lambda rng: words.draw(len(labels), rng)
        )

    def right(self, output, targets):
        """Whether the likeliest word is in the caption."""
        return targets.gather(1, output.argmax(dim=1, keepdim=True))[:, 0] > 0
