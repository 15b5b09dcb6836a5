"""The engine for graphics cards does what the reference does.

Its steps have two implementations: torch's, which runs here on any machine, and Triton's, which
`test_triton_steps` compares with it.
"""

import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import Scattering1D, Scattering2D
from scatterlab.engines import cuda
from scatterlab.engines.cuda import Cuda
from scatterlab.engines.gpu import chunked
from scatterlab.engines.gpu.memory import cost_of
from scatterlab.engines.reference import Reference
from scatterlab.errors import InputError

KYMATIO_ROUNDING = 1e-6
"""Its φ̂ is a product of one factor for each axis up to rounding, which the engine ignores."""


def tree_of(scattering):
    return scattering._engine.tree


def image_tree(J=2, shape=(12, 9), L=2, max_order=2, bank="unitary", padding="reflect", over=0):
    return tree_of(
        Scattering2D(J, shape, L, max_order, bank, padding, "reference", oversampling=over)
    )


def time_tree(J=4, size=100, Q=(2, 1), T=None, bank="unitary", padding="reflect", over=0):
    return tree_of(Scattering1D(J, size, Q, T, 2, bank, padding, "reference", oversampling=over))


def signals_of(tree, batch=2, seed=0, dtype=torch.float64):
    values = np.random.default_rng(seed).standard_normal((batch, *tree.shape))
    return torch.from_numpy(values).to(dtype)


def distance(found, expected):
    return ((found.double() - expected).norm() / expected.norm().clamp(min=1e-30)).item()


def gradient(engine, signals, weights):
    signals = signals.clone().requires_grad_()
    (found,) = torch.autograd.grad((engine(signals) * weights).sum(), signals)
    return found


def check_against_reference(tree, rounding):
    signals = signals_of(tree)
    engine, reference = Cuda(tree), Reference(tree)
    expected = reference(signals)
    weights = torch.randn(expected.shape, generator=torch.Generator().manual_seed(1)).double()
    slope = gradient(reference, signals, weights)
    for dtype, tolerance in ((torch.float64, rounding), (torch.float32, 1e-5)):
        found = engine(signals.to(dtype))
        assert found.dtype == dtype
        assert found.shape == expected.shape
        assert distance(found, expected) < tolerance
        assert distance(gradient(engine, signals.to(dtype), weights.to(dtype)), slope) < tolerance


@given(
    J=st.integers(1, 3),
    L=st.integers(1, 3),
    max_order=st.integers(0, 3),
    y=st.integers(8, 17),
    x=st.integers(8, 17),
    bank=st.sampled_from(["unitary", "kymatio"]),
    padding=st.sampled_from(["reflect", "zero", "periodic"]),
    over=st.integers(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_images_and_gradients_equal_the_references(J, L, max_order, y, x, bank, padding, over):
    tree = image_tree(J, (y, x), L, max_order, bank, padding, min(over, J))
    check_against_reference(tree, KYMATIO_ROUNDING if bank == "kymatio" else 1e-12)


@given(
    J=st.integers(1, 5),
    size=st.integers(64, 200),
    Q=st.sampled_from([(1, 1), (4, 1), (3, 2)]),
    T=st.sampled_from([None, 2, 11]),
    bank=st.sampled_from(["unitary", "kymatio"]),
    padding=st.sampled_from(["reflect", "zero", "periodic"]),
    over=st.integers(0, 1),
)
@settings(max_examples=25, deadline=None)
def test_signals_in_time_and_gradients_equal_the_references(J, size, Q, T, bank, padding, over):
    check_against_reference(time_tree(J, size, Q, T, bank, padding, over), 1e-12)


@pytest.mark.parametrize(("shape", "J", "L"), [((32, 32), 2, 8), ((40, 56), 3, 4)])
def test_float32_is_precise_on_images_like_natural_ones(shape, J, L):
    """A bright image of weak texture, whose spectrum falls like 1/|ω|."""
    tree = image_tree(J, shape, L, bank="kymatio")
    frequency = np.hypot(*np.meshgrid(*map(np.fft.fftfreq, shape), indexing="ij")) + 1 / max(shape)
    noise = np.random.default_rng(0).standard_normal((2, *shape))
    texture = np.fft.ifft2(np.fft.fft2(noise) / frequency).real
    images = torch.from_numpy(0.5 + 0.05 * texture / texture.std())
    assert distance(Cuda(tree)(images.float()), Reference(tree)(images)) < 1e-6


def test_gradient_equals_finite_differences():
    tree = image_tree(2, (6, 7), L=1)
    signals = signals_of(tree, batch=1).requires_grad_()
    assert torch.autograd.gradcheck(Cuda(tree), (signals,), eps=1e-6, atol=1e-6)


def test_gradient_is_finite_where_the_modulus_has_none():
    tree = image_tree()
    assert torch.isfinite(gradient(Cuda(tree), torch.zeros(1, *tree.shape), torch.ones(1))).all()


def test_a_second_derivative_is_refused():
    tree = image_tree()
    signals = signals_of(tree).requires_grad_()
    with pytest.raises(InputError, match="engine='reference' for second derivatives"):
        torch.autograd.grad(Cuda(tree)(signals).sum(), signals, create_graph=True)


@pytest.mark.parametrize("tree", [image_tree(), time_tree()], ids=["images", "time"])
def test_no_signals_and_one(tree):
    engine, signals = Cuda(tree), signals_of(tree)
    assert engine(signals[:0]).shape == (0, *tree.output_shape)
    torch.testing.assert_close(engine(signals[:1]), engine(signals)[:1])


def test_signals_that_are_not_contiguous_give_the_same():
    tree = image_tree(shape=(10, 10))
    signals = signals_of(tree)
    torch.testing.assert_close(Cuda(tree)(signals.mT), Cuda(tree)(signals.mT.contiguous()))


def test_tables_made_in_inference_mode_serve_gradients():
    tree = image_tree()
    engine, signals = Cuda(tree), signals_of(tree)
    with torch.inference_mode():
        quick = engine(signals)
    assert gradient(engine, signals, torch.ones(1)).abs().max() > 0
    torch.testing.assert_close(engine(signals), quick.clone())


@pytest.mark.parametrize("together", [1, 3, 5])
def test_a_batch_in_chunks_gives_the_same(monkeypatch, together):
    tree = image_tree()
    signals, engine = signals_of(tree, batch=7), Cuda(tree)
    expected, slope = engine(signals), gradient(engine, signals, torch.ones(1))
    at_once = together * cost_of(tree, signals.dtype).forward
    monkeypatch.setattr("scatterlab.engines.gpu.memory.AT_ONCE", at_once)
    torch.testing.assert_close(engine(signals), expected)
    torch.testing.assert_close(gradient(engine, signals, torch.ones(1)), slope)


def test_what_does_not_fit_is_computed_again_for_the_gradient(monkeypatch):
    tree = image_tree()
    signals, engine = signals_of(tree, batch=7), Cuda(tree)
    slope, cost = gradient(engine, signals, torch.ones(1)), cost_of(tree, signals.dtype)
    free = 7 * cost.output + 2 * (cost.kept + cost.backward)
    monkeypatch.setattr(chunked, "free_bytes", lambda device: free)
    out, kept = engine._on(signals.device, signals.dtype).keeping(signals)
    assert kept is None
    assert out.shape == (7, *tree.output_shape)
    torch.testing.assert_close(gradient(engine, signals, torch.ones(1)), slope)


def test_a_chunk_that_runs_out_of_memory_is_halved(monkeypatch):
    tree = image_tree()
    signals, engine = signals_of(tree, batch=7), Cuda(tree)
    expected = engine(signals)
    transform = engine._on(signals.device, signals.dtype).transform
    forward, sizes = transform.forward, []

    def short_of_memory(part, out):
        sizes.append(len(part))
        if len(part) > 2:
            raise torch.OutOfMemoryError
        forward(part, out)

    monkeypatch.setattr(transform, "forward", short_of_memory)
    torch.testing.assert_close(engine(signals), expected)
    assert sizes == [7, 4, 2, 2, 2, 1]


def test_copies_and_pickles_compute_the_same():
    tree = image_tree()
    signals, engine = signals_of(tree), Cuda(tree)
    expected = engine(signals)
    for other in (copy.deepcopy(engine), pickle.loads(pickle.dumps(engine))):
        torch.testing.assert_close(other(signals), expected)


def test_it_is_available_where_there_is_a_graphics_card():
    assert cuda.available() is torch.cuda.is_available()
    assert Cuda(image_tree()).name == "cuda"
