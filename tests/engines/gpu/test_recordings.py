"""Which transforms are recorded and replayed, on a card that is only pretended."""

import contextlib
from types import SimpleNamespace

import pytest
import torch

from scatterlab import Scattering2D
from scatterlab.engines.gpu import graphs, torch_steps
from scatterlab.engines.gpu.graphs import Graphs
from scatterlab.engines.gpu.transform import Transform


class Recorder(Transform):
    """Counts its runs, and gives graphs something to run again."""

    runs = 0
    last = None

    def forward(self, signals, out, keep=None):
        self.runs += 1
        self.last = (signals, out)
        super().forward(signals, out, keep)


@pytest.fixture
def transform(monkeypatch):
    """A transform whose graphs run it again from Python."""
    tree = Scattering2D(1, (6, 5), 1, engine="reference")._engine.tree
    transform = Recorder(tree, torch.device("cpu"), torch.float64, torch_steps)
    stream = SimpleNamespace(wait_event=lambda event: None)
    event = SimpleNamespace(record=lambda stream: None)

    @contextlib.contextmanager
    def graph(recorded, pool, stream, capture_error_mode):
        yield
        recorded.replay = lambda buffers=transform.last: Transform.forward(transform, *buffers)

    pretended = {
        "Stream": lambda device: stream,
        "Event": lambda: event,
        "current_stream": lambda: stream,
        "graph_pool_handle": lambda: None,
        "CUDAGraph": SimpleNamespace,
        "graph": graph,
        "is_current_stream_capturing": lambda: False,
        "synchronize": lambda: None,
        "empty_cache": lambda: None,
        "memory_reserved": lambda: 0,
    }
    for name, pretence in pretended.items():
        monkeypatch.setattr(torch.cuda, name, pretence)
    return transform


def check(transform, run, batch, size):
    signals = torch.randn(batch, *transform.tree.shape, dtype=torch.float64)
    out, expected = (torch.zeros(batch, *transform.tree.output_shape).double() for _ in range(2))
    with torch.inference_mode():
        run(signals, out, size)
    Transform.forward(transform, signals, expected)
    torch.testing.assert_close(out, expected)


def test_a_size_met_before_is_recorded_and_then_replayed(transform):
    run = Graphs(transform)
    for runs in (1, 3, 3, 3):  # run; warmed up and recorded; replayed
        check(transform, run, 4, 4)
        assert transform.runs == runs
    assert list(run.recordings) == [4]


def test_fewer_signals_are_replayed_in_a_larger_recording(transform):
    run = Graphs(transform)
    for batch in (4, 4, 3, 1):
        check(transform, run, batch, 4)
    assert transform.runs == 3


def test_the_recordings_used_last_are_held(transform, monkeypatch):
    monkeypatch.setattr(graphs, "RECORDED", 2)
    run = Graphs(transform)
    for size in (1, 1, 2, 2, 1, 3, 3):
        check(transform, run, size, size)
    assert list(run.recordings) == [1, 3]


def test_within_a_recording_of_the_user_it_just_runs(transform, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_current_stream_capturing", lambda: True)
    run = Graphs(transform)
    for _ in range(3):
        check(transform, run, 4, 4)
    assert not run.recordings
