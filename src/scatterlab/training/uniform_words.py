"""Which images are learned from: as many for a rare word as for a frequent one."""

import numpy as np


class UniformWords:
    """Draws images so that each word of `bags` is the reason for as many of them.

    First a word is drawn, all equally likely, then an image among those whose caption has it
    (Joulin, van der Maaten, Jabri & Vasilache 2016, §3.2). Every word must be in a caption;
    images without a word are never drawn.
    """

    def __init__(self, bags: np.ndarray):
        words, self._images = bags.T.nonzero()
        self._counts = np.bincount(words, minlength=bags.shape[1])
        self._starts = np.cumsum(self._counts) - self._counts

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """The numbers of `count` images, int64; one may come several times."""
        words = rng.integers(len(self._counts), size=count)
        places = (rng.random(count) * self._counts[words]).astype(np.int64)
        return self._images[self._starts[words] + places]
