"""Sums over the levels of factors: all that a decomposition of variance needs of the features."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Moments:
    """Second moments of features over a full grid; those of blocks of features add up.

    `total` is tr cov(F); `gram` holds for each factor the inner products of its means,
    ⟨F_k(t), F_k(t')⟩, float64 (level, level); `energy` is ‖F‖² of the first image.
    """

    total: float
    gram: tuple[torch.Tensor, ...]
    energy: float

    def __add__(self, other: "Moments") -> "Moments":
        gram = tuple(one + two for one, two in zip(self.gram, other.gram, strict=True))
        return Moments(self.total + other.total, gram, self.energy + other.energy)


class LevelSums:
    """Sums of features over all images that have a level, for every level of every factor.

    Kept are levels × features values in float64, however many images there are. The first image's
    features are taken off all, so that nothing cancels where images hardly differ.

    Parameters
    ----------
    levels : the number of levels of each factor.
    first : features of the first image, (feature,).
    """

    def __init__(self, levels: Sequence[int], first: torch.Tensor):
        self.first = first.double()
        self.sums = [self.first.new_zeros(count, len(first)) for count in levels]
        self.squares, self.count = 0.0, 0

    def add(self, features: torch.Tensor, numbers: torch.Tensor) -> None:
        """Add a batch of `features`, (sample, feature), at levels `numbers`, (sample, factor)."""
        moved = features.double() - self.first
        for sums, number in zip(self.sums, numbers.T, strict=True):
            sums.index_add_(0, number, moved)
        self.squares += float(moved.square().sum())
        self.count += len(moved)

    def moments(self) -> Moments:
        """The moments of a full grid, in which all levels of a factor have as many images."""
        mean = self.sums[0].sum(0) / self.count
        total = self.squares / self.count - float(mean.square().sum())
        gram = []
        for sums in self.sums:
            means = sums * (len(sums) / self.count) - mean
            gram.append(means @ means.T)
        return Moments(total, tuple(gram), float(self.first.square().sum()))


def bytes_of(levels: Sequence[int], features: int) -> int:
    """What `LevelSums` keeps in memory, with a batch of one image."""
    return 8 * (sum(levels) + 2) * features
