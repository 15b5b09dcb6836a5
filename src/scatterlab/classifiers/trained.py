"""A trained classifier: feature maps, then a decision; one safetensors file on disk.

Importing this and predicting needs NumPy alone. The file holds arrays and JSON: nothing in it
is ever executed.
"""

import importlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from scatterlab.classifiers.feature_maps import (
    AffineMap,
    ChannelsMap,
    LogMap,
    OrthonormalMap,
    PositionsMap,
    SelectionMap,
)
from scatterlab.classifiers.frames import Frames, majority
from scatterlab.errors import StoreError
from scatterlab.stores.atomic import replacing

MAPS = {
    map_type.kind: map_type
    for map_type in (AffineMap, ChannelsMap, LogMap, OrthonormalMap, PositionsMap, SelectionMap)
}

DECISIONS = {
    "affine_spaces": ("scatterlab.classifiers.affine_spaces", "AffineSpaces"),
    "support_vectors": ("scatterlab.classifiers.support_vectors", "SupportVectors"),
    "kernel_scores": ("scatterlab.classifiers.kernel_scores", "KernelScores"),
    "linear_scores": ("scatterlab.classifiers.linear_scores", "LinearScores"),
}

BATCH_SAMPLES = 4096


@dataclass(frozen=True)
class TrainedClassifier:
    """`maps` are applied in turn, then `decision`; `parameters` are what training chose.

    With `frames` this is done to each frame of a sample, and they decide together.
    """

    maps: list
    decision: Any
    parameters: dict = field(default_factory=dict)
    frames: Frames | None = None

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Labels (sample,) of `features` (sample, feature)."""
        return self.judge(features)[0]

    def judge(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Labels (sample,), and those of each frame (sample, frame), one without `frames`."""
        classes = self.decision.classes
        if len(features) == 0:
            return classes[:0], classes[:0, None]
        if self.frames and self.frames.decide == "sum":
            distances = self._of_frames(features, self.decision.distances)
            return classes[distances.sum(axis=1).argmin(axis=1)], classes[distances.argmin(axis=2)]
        votes = self._of_frames(features, self.decision.predict)
        return majority(votes), votes

    def _of_frames(self, features, decide):
        """What `decide` says of each frame, (sample, frame, …), a batch of samples at a time."""
        count = self.frames.count if self.frames else 1
        size = max(1, BATCH_SAMPLES // count)
        starts = range(0, len(features), size)
        batches = [decide(self._mapped(features[start : start + size])) for start in starts]
        found = np.concatenate(batches)
        return found.reshape(len(features), count, *found.shape[1:])

    def _mapped(self, features):
        for apply in [self.frames, *self.maps] if self.frames else self.maps:
            features = apply(features)
        return features


def save_classifier(path: str | os.PathLike, classifier: TrainedClassifier) -> None:
    """Write `classifier` to the file `path`, whole or not at all."""
    arrays, parts = {}, []
    for number, part in enumerate([*classifier.maps, classifier.decision]):
        state, params = part.get_state()
        arrays |= {f"{number}.{key}": np.ascontiguousarray(value) for key, value in state.items()}
        parts.append({"kind": part.kind, "params": params})
    about = {"parts": parts, "parameters": classifier.parameters}
    if classifier.frames:
        about["frames"] = asdict(classifier.frames)
    text = json.dumps(about, sort_keys=True)
    with replacing(path) as made:
        made.write_bytes(save(arrays, {"classifier": text}))


def load_classifier(path: str | os.PathLike) -> TrainedClassifier:
    """Read what `save_classifier` wrote. Raises `StoreError` for any other file, or none."""
    remedy = "run the rule that trains it again"
    try:
        with safe_open(path, framework="numpy") as file:
            about = json.loads(file.metadata()["classifier"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts = [
            part_type(part["kind"]).from_state(own_arrays(arrays, number), part["params"])
            for number, part in enumerate(about["parts"])
        ]
        frames = about.get("frames")
        frames = frames and Frames(**{**frames, "grid": tuple(frames["grid"])})
    except FileNotFoundError:
        raise StoreError(f"{path}: no such classifier; {remedy}") from None
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: not a trained classifier ({error}); {remedy}") from None
    return TrainedClassifier(parts[:-1], parts[-1], about["parameters"], frames)


def part_type(kind: str) -> type:
    """The class of the map or decision named `kind`."""
    if kind in MAPS:
        return MAPS[kind]
    module, name = DECISIONS[kind]
    return getattr(importlib.import_module(module), name)


def own_arrays(arrays: dict[str, np.ndarray], number: int) -> dict[str, np.ndarray]:
    """The arrays of part `number`, by their own names."""
    prefix = f"{number}."
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }
