"""A transform of any number of signals, and its gradient: a chunk after the other."""

import contextlib
from collections.abc import Iterator

import torch

from scatterlab.engines.gpu.graphs import Graphs
from scatterlab.engines.gpu.memory import (
    check_fit,
    chunk_of,
    cost_of,
    does_not_fit,
    free_bytes,
)
from scatterlab.engines.gpu.transform import Transform

Kept = list[tuple[slice, list[torch.Tensor]]]
"""For each chunk of signals, what its gradient needs."""


class Chunked:
    """`transform` of as many signals as their coefficients fit in memory for."""

    def __init__(self, transform: Transform):
        self.transform, self.device = transform, transform.device
        self.cost = cost_of(transform.tree, transform.dtype)
        self._graphs = Graphs(transform) if self.device.type == "cuda" else None

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """S of `signals`, (batch, *shape). Raises `InputError` if it does not fit."""
        with self._errors(len(signals)), on(self.device):
            free = self._free()
            check_fit(len(signals), self.cost, free, self.device)
            out = self._empty(len(signals))
            chunk = chunk_of(len(signals), self.cost.forward, free - out.nbytes)
            first = 0
            while first < len(signals):
                part = slice(first, first + chunk)
                try:
                    self._run(signals[part], out[part], chunk)
                except torch.OutOfMemoryError:
                    if chunk == 1:
                        raise
                    torch.cuda.empty_cache()
                    chunk = -(-chunk // 2)
                else:
                    first += chunk
            return out

    def keeping(self, signals: torch.Tensor) -> tuple[torch.Tensor, Kept | None]:
        """S of `signals` and what was kept for `gradient`; None if that would not fit well."""
        free = self._free() - len(signals) * self.cost.output
        if len(signals) * self.cost.kept > free / 2:
            return self(signals), None
        with self._errors(len(signals)), on(self.device):
            out = self._empty(len(signals))
            kept: Kept = []
            for part in self._parts(len(signals), self.cost.forward, free / 2):
                coefficients: list[torch.Tensor] = []
                self.transform.forward(signals[part], out[part], coefficients)
                kept.append((part, coefficients))
            return out, kept

    def gradient(
        self, signals: torch.Tensor, gradients: torch.Tensor, kept: Kept | None
    ) -> torch.Tensor:
        """The gradient of `signals` for `gradients` of their S; computes again what was not
        kept."""
        with self._errors(len(signals)), on(self.device):
            out = torch.empty_like(signals)
            if kept is not None:
                for part, coefficients in kept:
                    out[part] = self.transform.backward(gradients[part], coefficients)
                return out
            working = self.cost.kept + self.cost.backward
            for part in self._parts(len(signals), working, self._free()):
                coefficients = []
                chunk = signals[part]
                self.transform.forward(chunk, self._empty(len(chunk)), coefficients)
                out[part] = self.transform.backward(gradients[part], coefficients)
            return out

    def _run(self, signals: torch.Tensor, out: torch.Tensor, chunk: int) -> None:
        if self._graphs:
            self._graphs(signals, out, chunk)
        else:
            self.transform.forward(signals, out)

    def _parts(self, signals: int, working: int, free: float) -> Iterator[slice]:
        chunk = chunk_of(signals, working, free)
        return (slice(first, first + chunk) for first in range(0, signals, chunk))

    def _free(self) -> float:
        return free_bytes(self.device) - (self._graphs.held if self._graphs else 0)

    def _empty(self, signals: int) -> torch.Tensor:
        shape = (signals, *self.transform.tree.output_shape)
        return torch.empty(shape, dtype=self.transform.dtype, device=self.device)

    @contextlib.contextmanager
    def _errors(self, signals: int) -> Iterator[None]:
        """Says what would fit where the card's memory runs out after all."""
        try:
            yield
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            raise does_not_fit(signals, self.cost, self._free(), self.device) from error


def on(device: torch.device):
    """Kernels and streams are those of `device` within."""
    return torch.cuda.device(device) if device.type == "cuda" else contextlib.nullcontext()
