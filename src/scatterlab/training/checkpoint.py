"""Checkpoints: an interrupted training goes on where it was, and ends where it would have."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError

from scatterlab.training.tensors import read_tensors, write_tensors


class Checkpoints:
    """The checkpoints of one training in `folder`, one file an epoch, of which the last is kept.

    `key` (see `configuration_key`) tells this training from others: their checkpoints are not
    read, and are removed only when this training is done.
    """

    def __init__(self, folder: str | os.PathLike, key: str):
        self.folder, self.key = Path(folder), key

    def save(self, tensors: Mapping[str, torch.Tensor], history: list[dict]) -> None:
        """Keep the state after ``len(history)`` epochs, then drop what came before it."""
        earlier = self._paths()
        path = self.folder / f"{self.key[:16]}-epoch-{len(history):05d}.safetensors"
        about = {"key": self.key, "epoch": len(history), "history": history}
        write_tensors(path, tensors, about)
        for old in earlier:
            if old != path:
                old.unlink()

    def latest(self) -> tuple[dict[str, torch.Tensor], list[dict]] | None:
        """Tensors and history of the last whole checkpoint, None if there is none."""
        for path in reversed(self._paths()):
            try:
                tensors, about = read_tensors(path)
            except SafetensorError:
                continue
            if about["key"] == self.key:
                return tensors, about["history"]
        return None

    def remove(self) -> None:
        """Remove all checkpoints, those of other configurations and of killed writers too."""
        for path in self.folder.glob("*-epoch-*.safetensors"):
            path.unlink()
        for folder in self.folder.glob(".*-epoch-*.safetensors.*"):
            shutil.rmtree(folder, ignore_errors=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"{self.key[:16]}-epoch-*.safetensors"))


def configuration_key(spec: dict, manifest: str | os.PathLike) -> str:
    """The sha256 of all that a training depends on: its specification and its data's manifest."""
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
    digest.update(Path(manifest).read_bytes())
    return digest.hexdigest()
