"""What a fitted step does to features, in NumPy alone.

Each map has ``kind``, is called on features (sample, feature) and gives features of the same
shape and dtype; `get_state` and `from_state` take it to arrays and back.
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
