"""Which engine computes a transform."""

from collections.abc import Callable

import torch

from scatterlab.engines import cuda
from scatterlab.engines.cpu import Cpu
from scatterlab.engines.kernel import library, warn_once
from scatterlab.engines.reference import Reference
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError

ENGINES = ("auto", "reference", "cpu", "cuda")


def engine_for(name: str, tree: Tree) -> Callable[[torch.Tensor], torch.Tensor]:
    """The engine `name` of `tree`: maps (batch, *shape) to (batch, *output_shape).

    Raises `InputError` for ``"cuda"`` without a GPU, `ScatterlabError` for ``"cpu"`` where it is
    not compiled.
    """
    if name == "reference":
        return Reference(tree)
    if name == "cpu":
        return Cpu(tree)
    if name == "cuda":
        if not cuda.available():
            raise InputError('engine "cuda" needs a GPU, and torch finds none: choose "auto"')
        return cuda.Cuda(tree)
    return Auto(tree)


class Auto:
    """For each tensor the fastest engine that keeps its device and precision.

    On a GPU ``cuda``; float32 in memory ``cpu``, or where that is not compiled `otherwise`, with
    one warning; anything else `otherwise`. `name` is the first of these that this machine has.
    `make` makes an engine of its name and of the transform `tree`.
    """

    def __init__(self, tree, make: Callable = engine_for, otherwise: str = "reference"):
        self.tree, self.make, self.otherwise = tree, make, otherwise
        self._engines: dict[str, Callable] = {}
        if library() is None and not cuda.available():
            warn_once()

    @property
    def name(self) -> str:
        if cuda.available():
            return "cuda"
        return self.otherwise if library() is None else "cpu"

    @property
    def batch_size(self) -> int | None:
        """Signals that are best given at once to the engine `name`; None: no preference."""
        return getattr(self._engine(self.name), "batch_size", None)

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        return self._engine(self.name_for(signals))(signals)

    def __reduce__(self):
        return type(self), (self.tree, self.make, self.otherwise)

    def name_for(self, signals: torch.Tensor) -> str:
        """The engine that transforms `signals`."""
        if signals.device.type == "cuda":
            return "cuda"
        single = signals.device.type == "cpu" and signals.dtype == torch.float32
        return "cpu" if single and library() is not None else self.otherwise

    def _engine(self, name: str) -> Callable:
        if name not in self._engines:
            self._engines[name] = self.make(name, self.tree)
        return self._engines[name]
