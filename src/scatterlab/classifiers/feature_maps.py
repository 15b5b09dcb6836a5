"""What a fitted step does to features, in NumPy alone.

Each map has ``kind``, is called on features (sample, feature) and gives features of the same
dtype; `get_state` and `from_state` take it to arrays and back.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class AffineMap:
    """(x − offset) · factor, with one offset and one factor for each feature."""

    kind = "affine_map"
    offset: np.ndarray
    factor: np.ndarray

    def __call__(self, features: np.ndarray) -> np.ndarray:
        shifted = features - self.offset.astype(features.dtype)
        shifted *= self.factor.astype(features.dtype)
        return shifted

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {"offset": self.offset, "factor": self.factor}, {}

    @classmethod
    def from_state(cls, arrays, params):
        return cls(arrays["offset"], arrays["factor"])


@dataclass(frozen=True)
class LogMap:
    """log(|x| + epsilon)."""

    kind = "log_map"
    epsilon: float

    def __call__(self, features: np.ndarray) -> np.ndarray:
        result = np.abs(features)
        result += np.asarray(self.epsilon, features.dtype)
        return np.log(result, out=result)

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {}, {"epsilon": self.epsilon}

    @classmethod
    def from_state(cls, arrays, params):
        return cls(params["epsilon"])


@dataclass(frozen=True)
class SelectionMap:
    """The features numbered by `indices` (feature,)."""

    kind = "selection_map"
    indices: np.ndarray

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return features[:, self.indices]

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {"indices": self.indices}, {}

    @classmethod
    def from_state(cls, arrays, params):
        return cls(arrays["indices"])


@dataclass(frozen=True)
class OrthonormalMap:
    """(x − offset) of the features numbered by `indices`, each group of them times its matrix.

    `indices` and `offset` (feature,) are those of all groups, one after the other; `mixing` has a
    square matrix for each group.
    """

    kind = "orthonormal_map"
    indices: np.ndarray
    offset: np.ndarray
    mixing: tuple[np.ndarray, ...]

    def __call__(self, features: np.ndarray) -> np.ndarray:
        result = np.empty((len(features), len(self.indices)), features.dtype)
        start = 0
        for matrix in self.mixing:
            part = slice(start, start + len(matrix))
            group = features[:, self.indices[part]] - self.offset[part].astype(features.dtype)
            result[:, part] = group @ matrix.astype(features.dtype)
            start = part.stop
        return result

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        matrices = {f"mixing.{number}": matrix for number, matrix in enumerate(self.mixing)}
        return {"indices": self.indices, "offset": self.offset, **matrices}, {}

    @classmethod
    def from_state(cls, arrays, params):
        matrices = tuple(arrays[f"mixing.{number}"] for number in range(len(arrays) - 2))
        return cls(arrays["indices"], arrays["offset"], matrices)


@dataclass(frozen=True)
class ChannelsMap:
    """A linear map of the channels, the same at each of `positions` pixels of a map.

    `matrix` (channel of the result, channel); features are flattened maps (channel, pixel).
    """

    kind = "channels_map"
    matrix: np.ndarray
    positions: int

    def __call__(self, features: np.ndarray) -> np.ndarray:
        maps = features.reshape(len(features), -1, self.positions)
        return np.matmul(self.matrix.astype(features.dtype), maps).reshape(len(features), -1)

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {"matrix": self.matrix}, {"positions": self.positions}

    @classmethod
    def from_state(cls, arrays, params):
        return cls(arrays["matrix"], params["positions"])


@dataclass(frozen=True)
class PositionsMap:
    """A linear map of the pixels of each channel: `matrix` (pixel, pixel of the result).

    Features are flattened maps (channel, pixel).
    """

    kind = "positions_map"
    matrix: np.ndarray

    def __call__(self, features: np.ndarray) -> np.ndarray:
        maps = features.reshape(-1, len(self.matrix))
        return (maps @ self.matrix.astype(features.dtype)).reshape(len(features), -1)

    def get_state(self) -> tuple[dict[str, np.ndarray], dict]:
        return {"matrix": self.matrix}, {}

    @classmethod
    def from_state(cls, arrays, params):
        return cls(arrays["matrix"])
