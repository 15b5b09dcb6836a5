"""The compiled engine does what the reference does, whatever its vectors hold and share."""

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scatterlab import Scattering1D, Scattering2D
from scatterlab.engines import cpu
from scatterlab.engines.cpu import Cpu, empty
from scatterlab.engines.kernel import load, runnable
from scatterlab.engines.reference import Reference
from scatterlab.errors import InputError, ScatterlabError

LANES = ["images", "columns"]
BANKS = ["unitary", "kymatio"]
PADDINGS = ["reflect", "zero", "periodic"]
BATCHES = [1, 2, 15, 16, 17, 40]
sizes = st.integers(2, 40) | st.integers(41, 160)
instruction_sets = st.deferred(lambda: st.sampled_from(runnable()))
of_images = {
    "shape": st.tuples(sizes, sizes),
    "bank": st.sampled_from(BANKS),
    "padding": st.sampled_from(PADDINGS),
    "over": st.integers(0, 2),
    "instruction_set": instruction_sets,
}


def image_tree(J=2, shape=(12, 9), L=2, max_order=2, bank="unitary", padding="reflect", over=0):
    scattering = Scattering2D(
        J, shape, L, max_order, bank, padding, "reference", oversampling=min(over, J)
    )
    return scattering._engine.tree


def time_tree(J=4, size=100, Q=(2, 1), T=None, bank="unitary", padding="reflect", over=0):
    scattering = Scattering1D(J, size, Q, T, 2, bank, padding, "reference", oversampling=over)
    return scattering._engine.tree


TREES = {
    "images": lambda: image_tree(3, (21, 26), 3),
    "few rows": lambda: image_tree(2, (4, 150), 2),
    "few columns": lambda: image_tree(2, (150, 4), 2),
    "time": lambda: time_tree(5, 300),
}
each_tree = pytest.mark.parametrize("name", TREES)
both_lanes = pytest.mark.parametrize("lanes", LANES)
all_lanes = pytest.mark.parametrize("lanes", [*LANES, "auto"])


def signals_of(tree, batch=2, seed=0):
    values = np.random.default_rng(seed).standard_normal((batch, *tree.shape))
    return torch.from_numpy(values.astype(np.float32))


def compiled(tree, lanes="auto", instruction_set=None):
    """The engine, from the library for one instruction set."""
    if instruction_set is None:
        return Cpu(tree, lanes)
    with mock.patch.object(cpu, "library", return_value=load(instruction_set)):
        return Cpu(tree, lanes)


@contextmanager
def threads(count):
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def distance(found, expected):
    return ((found.double() - expected).norm() / expected.norm().clamp(min=1e-30)).item()


def weights_of(engine, signals):
    generator = torch.Generator().manual_seed(1)
    shape = (len(signals), *engine.tree.output_shape)
    return torch.randn(shape, generator=generator)


def gradient(engine, signals, weights=None):
    weights = weights_of(engine, signals) if weights is None else weights
    signals = signals.clone().requires_grad_()
    (found,) = torch.autograd.grad((engine(signals) * weights.to(signals)).sum(), signals)
    return found


def both(engine, signals):
    """The transform and a gradient."""
    return engine(signals), gradient(engine, signals)


def check_against_reference(tree, batch, lanes, instruction_set):
    signals = signals_of(tree, batch)
    engine, reference = compiled(tree, lanes, instruction_set), Reference(tree)
    found, expected = engine(signals), reference(signals.double())
    assert found.dtype == torch.float32
    assert found.shape == expected.shape
    assert distance(found, expected) < 2e-6
    assert distance(gradient(engine, signals), gradient(reference, signals.double())) < 1e-5


@given(
    J=st.integers(1, 4),
    L=st.integers(1, 4),
    max_order=st.integers(0, 3),
    batch=st.sampled_from(BATCHES),
    lanes=st.sampled_from([*LANES, "auto"]),
    **of_images,
)
@settings(max_examples=60, deadline=None)
def test_images_and_gradients_equal_the_references(
    J, L, max_order, shape, bank, padding, over, batch, lanes, instruction_set
):
    assume(min(shape) >= 2**J)
    tree = image_tree(J, shape, L, max_order, bank, padding, over)
    assume(batch * np.prod(tree.output_shape) < 1e5)
    check_against_reference(tree, batch, lanes, instruction_set)


@given(
    J=st.integers(1, 7),
    size=st.integers(2, 400),
    Q=st.sampled_from([(1, 1), (4, 1), (3, 2)]),
    T=st.sampled_from([None, 1, 2, 11]),
    bank=st.sampled_from(BANKS),
    padding=st.sampled_from(PADDINGS),
    over=st.integers(0, 2),
    batch=st.sampled_from([1, 3]),
    instruction_set=instruction_sets,
)
@settings(max_examples=40, deadline=None)
def test_signals_in_time_and_gradients_equal_the_references(
    J, size, Q, T, bank, padding, over, batch, instruction_set
):
    assume(size >= 2**J and (T or 0) <= size)
    tree = time_tree(J, size, Q, T, bank, padding, over)
    check_against_reference(tree, batch, "auto", instruction_set)


@pytest.mark.parametrize("shape", [(1, 1), (1, 37), (37, 1), (3, 200), (200, 3), (13, 13)])
@both_lanes
def test_shapes_narrower_than_a_vector_equal_the_references(shape, lanes):
    J = min(min(shape).bit_length() - 1, 2)
    if J:
        tree = image_tree(J, shape)
    else:  # no wavelet fits: the average over one pixel
        tree = image_tree(1, tuple(max(2, size) for size in shape), max_order=0)
    for instruction_set in runnable():
        check_against_reference(tree, 17, lanes, instruction_set)


# 420, 1024 and 1680 take three passes or more; 18, 20 and 24 one
@pytest.mark.parametrize("shape", [(420, 20), (4, 1024), (1680, 2), (22, 26), (18, 24), (60, 72)])
@both_lanes
def test_transforms_of_one_pass_and_of_many_equal_the_references(shape, lanes):
    tree = image_tree(1, shape, padding="periodic", max_order=1)
    for instruction_set in runnable():
        check_against_reference(tree, 2, lanes, instruction_set)


# for these, and for their halves from 32 on, filters make sums of 4 or 8 samples of a column
@pytest.mark.parametrize("length", [60, 64, 72, 80, 96, 112])
def test_transforms_whose_first_butterflies_filters_do_equal_the_references(length):
    tree = image_tree(2, (length, 12), 3, padding="periodic")
    for instruction_set in runnable():
        check_against_reference(tree, 2, "images", instruction_set)


@pytest.mark.parametrize("J", [1, 2, 3, 4])
@both_lanes
def test_a_frequency_is_the_sum_of_many_on_lattices_far_apart(J, lanes):
    """Of one at J=1 and of up to 64 at J=4, conjugates of stored ones among them."""
    tree = image_tree(J, (41, 41), bank="kymatio", max_order=1)
    for instruction_set in runnable():
        check_against_reference(tree, 2, lanes, instruction_set)


def test_averages_over_thousands_of_instants_round_little():
    tree = time_tree(12, 2**15, (1, 1))
    signals = 1 + 0.1 * signals_of(tree)
    assert distance(Cpu(tree)(signals), Reference(tree)(signals.double())) < 4e-7


@pytest.mark.parametrize("shape", [(32, 32), (40, 56)])
@both_lanes
def test_it_is_precise_on_images_like_natural_ones(shape, lanes):
    """A bright image of weak texture, whose spectrum falls like 1/|ω|."""
    tree = image_tree(3, shape, 4, bank="kymatio")
    frequency = np.hypot(*np.meshgrid(*map(np.fft.fftfreq, shape), indexing="ij")) + 1 / max(shape)
    noise = np.random.default_rng(0).standard_normal((2, *shape))
    texture = np.fft.ifft2(np.fft.fft2(noise) / frequency).real
    images = torch.from_numpy(0.5 + 0.05 * texture / texture.std())
    found, expected = Cpu(tree, lanes)(images.float()), Reference(tree)(images)
    assert distance(found, expected) < 1e-6
    assert distance(found[:, 1:], expected[:, 1:]) < 1e-5


@each_tree
@all_lanes
def test_the_number_of_threads_changes_no_bit(name, lanes):
    engine = Cpu(TREES[name](), lanes)
    signals = signals_of(engine.tree, 35)  # of blocks of 16, one whole and two in parts
    for batch in (1, 35):
        results = []
        for count in (1, 2, 7):
            with threads(count):
                results.append(both(engine, signals[:batch]))
        for output, slope in results[1:]:
            assert torch.equal(output, results[0][0])
            assert torch.equal(slope, results[0][1])


@each_tree
@all_lanes
def test_the_batch_changes_no_bit_of_a_signals_result(name, lanes):
    engine = Cpu(TREES[name](), lanes)
    signals = signals_of(engine.tree, 40)
    output, weights = engine(signals), weights_of(engine, signals)
    slope = gradient(engine, signals, weights)
    for part in (slice(0, 1), slice(3, 18), slice(7, 23), slice(22, 39), slice(39, 40)):
        assert torch.equal(engine(signals[part]), output[part])
        assert torch.equal(gradient(engine, signals[part], weights[part]), slope[part])


@given(
    J=st.integers(1, 5),
    L=st.integers(1, 8),
    max_order=st.integers(1, 3),
    few=st.integers(1, 3),
    **of_images,
)
@settings(max_examples=60, deadline=None)
def test_few_images_get_the_bits_that_they_get_in_a_block(
    J, L, max_order, shape, bank, padding, over, few, instruction_set
):
    """Columns are in the lanes, and not images."""
    assume(min(shape) >= 2**J)
    tree = image_tree(J, shape, L, max_order, bank, padding, over)
    assume(16 * np.prod(tree.output_shape) < 1e6)
    engine, signals = compiled(tree, "auto", instruction_set), signals_of(tree, 16)
    assert torch.equal(engine(signals[5 : 5 + few]), engine(signals)[5 : 5 + few])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e38])
@each_tree
@all_lanes
def test_a_spoilt_signal_spoils_no_other(name, lanes, bad):
    engine = Cpu(TREES[name](), lanes)
    signals = signals_of(engine.tree, 19)
    output, slope = both(engine, signals)
    spoilt = signals.clone()
    spoilt[5, ..., 1] = bad
    others = torch.arange(19) != 5
    found, found_slope = both(engine, spoilt)
    assert torch.equal(found[others], output[others])
    assert torch.equal(found_slope[others], slope[others])
    if np.isnan(bad):
        assert torch.isnan(found[5]).all(dim=(-2, -1) if found.ndim == 4 else -1)[1:].all()
    again, slope_again = both(engine, signals)
    assert torch.equal(again, output)
    assert torch.equal(slope_again, slope)


@pytest.mark.parametrize(
    "view",
    [
        lambda signals: signals.mT.contiguous().mT,
        lambda signals: signals.repeat_interleave(3, dim=-1)[..., ::3],
        lambda signals: signals[:1].expand(5, -1, -1),
        lambda signals: torch.stack([signals, signals])[1],
        lambda signals: signals[1:],
    ],
)
def test_views_give_the_same(view):
    engine = Cpu(image_tree())
    seen = view(signals_of(engine.tree, 4))
    for found, expected in zip(
        both(engine, seen),
        both(engine, seen.clone(memory_format=torch.contiguous_format)),
        strict=True,
    ):
        assert torch.equal(found, expected)


def test_the_gradient_of_a_view_of_the_output_is_the_same():
    engine = Cpu(image_tree())
    signals = signals_of(engine.tree).requires_grad_()
    output = engine(signals)
    (expanded,) = torch.autograd.grad(output.sum(), signals)
    (written_out,) = torch.autograd.grad(engine(signals), signals, torch.ones_like(output))
    assert torch.equal(expanded, written_out)


def test_the_inputs_are_not_changed():
    engine = Cpu(image_tree())
    signals = signals_of(engine.tree, 17)
    before = signals.clone()
    both(engine, signals)
    assert torch.equal(signals, before)


@both_lanes
def test_gradient_is_zero_where_the_modulus_has_none(lanes):
    engine = Cpu(image_tree(), lanes)
    signals = torch.zeros(1, *engine.tree.shape)
    weights = weights_of(engine, signals)
    weights[:, 0] = 0
    assert engine(signals).abs().max() == 0
    assert gradient(engine, signals, weights).abs().max() == 0


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_it_scales_with_the_signal(scale):
    engine = Cpu(image_tree())
    signals = signals_of(engine.tree)
    assert distance(engine(scale * signals) / scale, engine(signals).double()) < 1e-6


def test_a_second_derivative_is_refused():
    engine = Cpu(image_tree())
    signals = signals_of(engine.tree).requires_grad_()
    with pytest.raises(InputError, match='engine="reference" for second derivatives'):
        torch.autograd.grad(engine(signals).sum(), signals, create_graph=True)


@each_tree
@all_lanes
def test_no_signals_give_no_results(name, lanes):
    engine = Cpu(TREES[name](), lanes)
    for count in (1, 2):
        with threads(count):
            output, slope = both(engine, signals_of(engine.tree, 0))
            assert output.shape == (0, *engine.tree.output_shape)
            assert slope.shape == (0, *engine.tree.shape)


def test_calls_at_the_same_time_do_not_disturb_one_another():
    engine = Cpu(image_tree(3, (24, 24), 3))
    batches = [signals_of(engine.tree, 1 + seed % 5, seed) for seed in range(24)]
    expected = [both(engine, signals) for signals in batches]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda signals: both(engine, signals), batches))
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one[0], other[0])
        assert torch.equal(one[1], other[1])


def test_copies_and_pickles_outlive_the_original():
    engine = Cpu(image_tree())
    signals = signals_of(engine.tree)
    expected = engine(signals)
    copies = [copy.copy(engine), copy.deepcopy(engine), pickle.loads(pickle.dumps(engine))]
    del engine
    gc.collect()
    for other in copies:
        assert torch.equal(other(signals), expected)


def test_small_numbers_still_count_after_a_call():
    """The kernel treats numbers below 1e−38 as zero while it runs, and only then."""
    engine = Cpu(image_tree())
    engine(signals_of(engine.tree, 40))
    assert torch.tensor(1e-40) * torch.ones(100) == pytest.approx(1e-40)
    assert np.float32(1e-40) * np.float32(1) > 0


@pytest.mark.parametrize("name", TREES)
def test_batches_of_the_preferred_size_fill_the_lanes(name):
    engine = Cpu(TREES[name](), "images")
    lanes = engine._kernel.scatterlab_lanes(engine._plan)
    assert engine.batch_size % lanes == 0
    assert engine.batch_size >= lanes


@both_lanes
def test_each_path_takes_as_many_operations_as_fourier_transforms_on_its_lattice(lanes):
    """5 N log₂ N are the usual count for one of N points; the filter, the modulus and the averages
    take a few for each point, and few lattices are powers of two."""
    (paths, additions, products), (all_paths, more_additions, more_products) = (
        (len(tree.nodes), *Cpu(tree, lanes).operations)
        for tree in (image_tree(2, (32, 32), 8, order, "kymatio") for order in (1, 2))
    )
    points = 20 * 20  # (32 + 2·4)/2 along each side
    transform = 5 * points * np.log2(points) * (all_paths - paths)
    assert more_additions > additions > 0
    assert more_products > products > 0
    extra = more_additions + more_products - additions - products
    assert 0.5 * transform < extra < 2 * transform


def test_another_dtype_is_refused():
    tree = image_tree()
    with pytest.raises(InputError, match=r'float64.*convert the input.*engine="auto"'):
        Cpu(tree)(signals_of(tree).double())


def test_too_large_a_result_is_said_plainly():
    tree = image_tree()
    with pytest.raises(ScatterlabError, match="GB, more memory than there is: give fewer"):
        empty(10**12, *tree.output_shape)
