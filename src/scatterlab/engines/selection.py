"""Which engine computes a transform."""

from collections.abc import Callable

import torch

from scatterlab.engines import cuda
from scatterlab.engines.cpu import Cpu
from scatterlab.engines.library import library, warn_once
from scatterlab.engines.reference import Reference
from scatterlab.engines.tree import Tree

ENGINES = ("auto", "reference", "cpu", "cuda")


def engine_for(name: str, tree: Tree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `tree`: maps (batch, *shape) to (batch, *output_shape)."""
    if name == "reference":
        return Reference(tree)
    if name == "cpu":
        return Cpu(tree)
    if name == "cuda":
        return cuda.Cuda(tree)
    return Auto(tree)


class Auto:
    """For each tensor the fastest engine that keeps its device and precision.

    float32 in memory: ``cpu``, or where that is not compiled ``reference``, with one warning;
    on a GPU: ``cuda``; anything else: ``reference``. `name` is the first of these.
    """

    def __init__(self, tree: Tree):
        self.tree = tree
        self._engines: dict[str, Callable] = {}
        if library() is None:
            warn_once()
        self.name = "reference" if library() is None else "cpu"

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        return self._engine(self.name_for(signals))(signals)

    @property
    def batch_size(self) -> int | None:
        """Signals that are best given at once, as float32 in memory; None: no preference."""
        return getattr(self._engine(self.name), "batch_size", None)

    def name_for(self, signals: torch.Tensor) -> str:
        """The engine that transforms `signals`."""
        if signals.device.type == "cuda":
            return "cuda"
        single = signals.device.type == "cpu" and signals.dtype == torch.float32
        return self.name if single else "reference"

    def _engine(self, name: str) -> Callable:
        if name not in self._engines:
            self._engines[name] = engine_for(name, self.tree)
        return self._engines[name]
