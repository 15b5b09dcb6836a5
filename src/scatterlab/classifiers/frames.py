"""Frames of a clip, each classified on its own, and the vote that decides the clip."""

from dataclasses import dataclass

import numpy as np

from scatterlab.errors import ConfigError


@dataclass(frozen=True)
class Frames:
    """The columns of maps, as samples: the instants of a sound.

    Attributes
    ----------
    grid : (y, x) of a channel; x is time.
    every : the first column is taken, and every so many after it.
    decide : ``"majority"`` of the frames' labels, or the class of the smallest ``"sum"`` of their
        distances.

    Calling it maps features (clip, feature), flattened maps (channel, y, x), to those of the
    frames (clip · `count`, feature), flattened (channel, y), the frames of a clip in turn. Raises
    `ConfigError` for maps of one column.
    """

    grid: tuple[int, int]
    every: int = 1
    decide: str = "majority"

    def __post_init__(self):
        if self.grid[1] < 2:
            raise ConfigError(
                "frames: the maps of this representation have one instant only, so there is no "
                "vote; leave `frames` out, or average over less time (T)"
            )

    @property
    def count(self) -> int:
        """Frames of a clip."""
        return len(range(0, self.grid[1], self.every))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        height, width = self.grid
        maps = features.reshape(len(features), -1, height, width)[..., :: self.every]
        frames = np.ascontiguousarray(np.moveaxis(maps, -1, 1))
        return frames.reshape(len(features) * self.count, -1)


def majority(votes: np.ndarray) -> np.ndarray:
    """The label (clip,) that most frames of each clip have, of `votes` (clip, frame).

    Where several have as many, that of them which comes first in time.
    """
    labels, codes = np.unique(votes, return_inverse=True)
    codes = codes.reshape(votes.shape)
    counts = (codes[..., None] == np.arange(len(labels))).sum(axis=1)
    support = np.take_along_axis(counts, codes, axis=1)
    first = support.argmax(axis=1)
    return np.take_along_axis(votes, first[:, None], axis=1)[:, 0]
