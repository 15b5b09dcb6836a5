"""What only a graphics card can show."""

import pytest
import torch

from scatterlab import Scattering1D, Scattering2D
from scatterlab.engines.cuda import Cuda
from scatterlab.engines.gpu import graphs
from scatterlab.engines.reference import Reference
from scatterlab.errors import InputError

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a graphics card: torch.cuda.is_available()"
)
TREES = {
    "images": Scattering2D(2, (32, 32), engine="reference"),
    "kymatio": Scattering2D(3, (40, 56), 4, bank="kymatio", engine="reference"),
    "time": Scattering1D(6, 2000, (8, 1), engine="reference"),
}


@pytest.fixture(params=TREES.values(), ids=TREES.keys())
def tree(request):
    return request.param._engine.tree


def signals_of(tree, batch=5, seed=0):
    generator = torch.Generator("cuda").manual_seed(seed)
    return torch.randn(batch, *tree.shape, device="cuda", generator=generator)


def distance(found, expected):
    return ((found.double() - expected).norm() / expected.norm()).item()


def recordings(engine):
    (transform,) = engine._made.values()
    return transform._graphs.recordings


@pytest.mark.parametrize("tf32", [False, True])
def test_first_recorded_and_replayed_calls_equal_the_reference(tree, tf32, monkeypatch):
    monkeypatch.setattr(torch.backends.cuda.matmul, "allow_tf32", tf32)
    engine = Cuda(tree)
    for seed in range(4):
        signals = signals_of(tree, seed=seed)
        with torch.inference_mode(seed % 2 == 0):
            found = engine(signals)
        assert distance(found, Reference(tree)(signals.double())) < 1e-5
    assert list(recordings(engine)) == [5]
    assert torch.backends.cuda.matmul.allow_tf32 is tf32


def test_float64_is_exact(tree):
    signals = signals_of(tree).double()
    assert distance(Cuda(tree)(signals), Reference(tree)(signals)) < 1e-6


def test_gradients_equal_the_references(tree):
    signals = signals_of(tree)
    weights = signals_of(tree).new_ones(5, *tree.output_shape)
    slopes = []
    for engine, given in ((Cuda(tree), signals), (Reference(tree), signals.double())):
        given = given.clone().requires_grad_()
        engine(given).mul(weights.to(given)).sum().backward()
        slopes.append(given.grad)
    assert distance(*slopes) < 1e-5


def test_the_same_signals_give_the_same_bits(tree):
    engine, signals = Cuda(tree), signals_of(tree)
    results = [engine(signals) for _ in range(4)]
    assert all(torch.equal(result, results[0]) for result in results)


def test_a_short_last_chunk_uses_the_recording(tree, monkeypatch):
    engine, signals = Cuda(tree), signals_of(tree, batch=8)
    expected = engine(signals)
    (transform,) = engine._made.values()
    monkeypatch.setattr("scatterlab.engines.gpu.memory.AT_ONCE", 3 * transform.cost.forward)
    torch.testing.assert_close(engine(signals), expected)
    torch.testing.assert_close(engine(signals), expected)
    assert list(recordings(engine)) == [3]


def test_streams_do_not_disturb_each_other(tree):
    engine = Cuda(tree)
    batches = [signals_of(tree, seed=seed) for seed in range(8)]
    expected = [engine(batch) for batch in batches]
    streams = [torch.cuda.Stream() for _ in batches]
    torch.cuda.synchronize()
    found = []
    for batch, stream in zip(batches, streams, strict=True):
        with torch.cuda.stream(stream):
            found.append(engine(batch))
    torch.cuda.synchronize()
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_few_recordings_are_held(tree, monkeypatch):
    monkeypatch.setattr(graphs, "RECORDED", 2)
    engine = Cuda(tree)
    for batch in (1, 2, 3, 4):
        signals = signals_of(tree, batch)
        first, again = engine(signals), engine(signals)
        torch.testing.assert_close(first, again)
    assert list(recordings(engine)) == [3, 4]


def test_it_can_be_part_of_a_recording():
    tree = TREES["images"]._engine.tree
    engine, signals = Cuda(tree), signals_of(tree)
    expected = engine(signals)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = engine(signals)
    graph.replay()
    torch.testing.assert_close(found, expected)


def test_more_than_the_card_holds_is_refused_with_what_would_fit():
    tree = TREES["images"]._engine.tree
    one = torch.zeros(1, *tree.shape, device="cuda")
    with pytest.raises(InputError, match=r"give at most \d+ at once"):
        Cuda(tree)(one.expand(10**8, -1, -1))
