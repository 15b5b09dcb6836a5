"""Transforms as CUDA graphs: all launches of a chunk of signals as one."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import torch

from scatterlab.engines.gpu.transform import Transform

RECORDED = 8
"""Graphs of one transform at most, one for each number of signals."""


@dataclass(frozen=True)
class Recording:
    """A graph that reads `signals` and writes `output`, (image, …) both."""

    graph: "torch.cuda.CUDAGraph"
    signals: torch.Tensor
    output: torch.Tensor


class Graphs:
    """Runs a transform; one of as many signals as before is recorded, and then replayed.

    Recordings share their memory, so that one runs after the other, on whatever stream.

    Attributes
    ----------
    recordings : by number of signals, the last used last.
    held : bytes of the card's memory that only recordings can use.
    """

    def __init__(self, transform: Transform):
        self.transform = transform
        self.recordings: OrderedDict[int, Recording] = OrderedDict()
        self._met: set[int] = set()
        self.held = 0
        self._lock = threading.Lock()
        self._stream = torch.cuda.Stream(transform.device)
        self._pool = torch.cuda.graph_pool_handle()
        self._done = torch.cuda.Event()

    def __call__(self, signals: torch.Tensor, out: torch.Tensor, size: int) -> None:
        """Write S of `signals`, `size` of them or fewer, into `out`, all on the current stream."""
        if torch.cuda.is_current_stream_capturing():
            self.transform.forward(signals, out)
            return
        with self._lock:
            if size not in self._met:
                self.transform.forward(signals, out)
                if len(signals) == size:
                    self._met.add(size)
                return
            stream = torch.cuda.current_stream()
            stream.wait_event(self._done)
            recording = self._recording(size)
            recording.signals[: len(signals)] = signals
            recording.graph.replay()
            out.copy_(recording.output[: len(signals)])
            self._done.record(stream)

    def _recording(self, size: int) -> Recording:
        """The recording for `size` signals, made now if there is none."""
        if size in self.recordings:
            self.recordings.move_to_end(size)
            return self.recordings[size]
        while len(self.recordings) >= RECORDED:
            torch.cuda.synchronize()
            self.recordings.popitem(last=False)
        tree = self.transform.tree
        with torch.inference_mode(False), torch.no_grad():
            like = {"dtype": self.transform.dtype, "device": self.transform.device}
            signals = torch.zeros(size, *tree.shape, **like)
            output = torch.empty(size, *tree.output_shape, **like)
            # kernels are compiled and Fourier transforms planned, which a recording must not do
            self.transform.forward(signals, output)
            torch.cuda.empty_cache()
            before = torch.cuda.memory_reserved()
            graph = torch.cuda.CUDAGraph()
            # other threads may use the card meanwhile
            with torch.cuda.graph(
                graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"
            ):
                self.transform.forward(signals, output)
            self.held += torch.cuda.memory_reserved() - before
        self.recordings[size] = Recording(graph, signals, output)
        return self.recordings[size]
