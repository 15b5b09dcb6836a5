"""One of several disjoint parts of the training images."""

from collections.abc import Mapping

import numpy as np


def part_of(samples: np.ndarray, part: Mapping | None) -> np.ndarray:
    """The `samples`, int64, of one part, in their order; all of them without `part`.

    `part` is a section of the configuration as a mapping: the part ``number``, from 1, ``of`` so
    many, into which ``seed`` deals the samples at random. Their sizes differ by one at most.
    """
    if part is None:
        return samples
    dealt = np.random.default_rng(part["seed"]).permutation(len(samples))
    return samples[np.sort(dealt[part["number"] - 1 :: part["of"]])]
