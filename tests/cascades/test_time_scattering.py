import runpy
from pathlib import Path

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import Scattering1D
from scatterlab.cascades.time_scattering import nodes_of
from scatterlab.engines.geometry import time_axis
from scatterlab.engines.reference import Reference
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError

golden = runpy.run_path(str(Path(__file__).parents[1] / "golden" / "time_from_kymatio.py"))
KYMATIO = np.load(golden["FILE"])
NUMBERS = range(len(golden["STORED"]))


def unitary(*arguments, **options):
    return Scattering1D(*arguments, bank="unitary", **options)


def random_signals(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


@pytest.mark.parametrize("number", NUMBERS)
def test_bank_kymatio_equals_kymatio_in_time(number):
    case = golden["STORED"][number]
    theirs = KYMATIO[f"case{number}"]
    ours = golden["applied"](golden["ours_of"](*case), golden["signal"](number, case[0]))
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13 * np.abs(theirs).max())


@pytest.mark.parametrize("number", NUMBERS)
def test_table_and_frequencies_equal_kymatios(number):
    scattering = golden["ours_of"](*golden["STORED"][number])
    table = scattering.table()
    np.testing.assert_array_equal(table["order"], KYMATIO[f"order{number}"])
    for step in range(1, scattering.max_order + 1):
        n = table[f"n{step}"]
        missing = n < 0
        for name in ("n", "j"):
            theirs = KYMATIO[f"{name}{number}"][:, step - 1]
            expected = np.where(np.isnan(theirs), -1, theirs)
            np.testing.assert_array_equal(table[f"{name}{step}"], expected)
        for name in ("xi", "sigma"):
            ours = np.array(scattering.describe(f"n{step}")[name])[n]
            theirs = KYMATIO[f"{name}{number}"][:, step - 1]
            np.testing.assert_allclose(ours[~missing], theirs[~missing], rtol=1e-14)


@given(
    size=st.integers(8, 70),
    J=st.integers(1, 3),
    Q=st.sampled_from([1, 2, 5, (3, 2), (8,)]),
    T=st.none() | st.integers(1, 8),
    max_order=st.integers(0, 2),
    leading=st.lists(st.integers(1, 2), max_size=3),
    bank=st.sampled_from(["unitary", "kymatio"]),
    padding=st.sampled_from(["reflect", "zero", "periodic"]),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    oversampling=st.integers(0, 4),
)
@settings(max_examples=40, deadline=None)
def test_shape_dtype_and_table_agree_in_time(
    size, J, Q, T, max_order, leading, bank, padding, dtype, oversampling
):
    scattering = Scattering1D(J, size, Q, T, max_order, bank, padding, oversampling=oversampling)
    output = scattering(random_signals(*leading, size).to(dtype))
    table = scattering.table()
    assert output.dtype == dtype
    assert output.shape == (*leading, *scattering.output_shape)
    assert output.shape[-2] == len(table["order"])
    step = 2 ** max(scattering.T.bit_length() - 1 - oversampling, 0)
    assert size // step <= output.shape[-1] <= -(-size // step)
    assert torch.isfinite(output).all()
    if max_order == 2:
        assert ((table["j2"] == -1) | (table["j2"] > table["j1"])).all()


@pytest.mark.parametrize("bank", ["unitary", "kymatio"])
@pytest.mark.parametrize(
    ("size", "padding", "oversampling"),
    [
        (100, "reflect", 0),
        (64, "periodic", 1),
        (45, "periodic", 0),
        (40, "zero", 2),
        (9, "zero", 0),
    ],
)
def test_averaging_by_a_small_transform_is_averaging_by_the_matrix(
    bank, size, padding, oversampling
):
    scattering = Scattering1D(
        3, size, 2, 8, 2, bank, padding, "reference", oversampling=oversampling
    )
    tree = scattering._engine.tree
    for level in {node.level for node in tree.nodes}:
        (samples,) = tree.lattice(level)
        signals = random_signals(2, samples)
        expected = signals @ torch.from_numpy(tree.averaging(level, 0)).mT
        found = Reference(tree)._average_in_time(torch.fft.fft(signals), level)
        torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)


def test_each_signal_of_a_batch_is_transformed_alone_contiguous_or_not():
    scattering = unitary(3, 50, 4)
    signals = random_signals(50, 2, 3).movedim(0, -1)
    torch.testing.assert_close(scattering(signals)[1, 2], scattering(signals[1, 2].contiguous()))
    assert scattering(signals[:0]).shape == (0, 3, *scattering.output_shape)


@given(
    pair=arrays.arrays(
        np.float64, (2, 48), elements=st.floats(-1, 1, allow_subnormal=False, width=32)
    ),
    J=st.integers(1, 5),
    Q=st.sampled_from([1, 4, (8, 2)]),
    T=st.sampled_from([None, 1, 2, 7, 16]),
    padding=st.sampled_from(["periodic", "zero"]),
)
@settings(max_examples=40, deadline=None)
def test_unitary_time_scattering_is_non_expansive(pair, J, Q, T, padding):
    first, second = torch.from_numpy(pair)
    scattering = unitary(J, 48, Q, T, padding=padding)
    step = 2 ** (scattering.T.bit_length() - 1)
    distance = step**0.5 * (scattering(first) - scattering(second)).norm()
    assert distance <= (first - second).norm() * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize(
    ("J", "Q", "T"), [(1, 1, None), (3, 1, None), (3, 4, None), (5, (4, 2), None), (4, 2, 4)]
)
def test_no_signal_is_expanded_not_even_the_worst(J, Q, T):
    """The subsampled transform too: the worst signal is found by gradient ascent."""
    scattering = unitary(J, 64, Q, T, padding="periodic")
    step = 2 ** (scattering.T.bit_length() - 1)
    signal = random_signals(4, 64, seed=J)
    for _ in range(60):
        signal = (signal / signal.norm(dim=1, keepdim=True)).detach().requires_grad_()
        energy = step * scattering(signal).square().sum(dim=(1, 2))
        (signal,) = torch.autograd.grad(energy.sum(), signal)
    assert energy.max() <= 1 + 1e-9
    assert energy.max() > 0.9


def test_energy_is_kept_as_the_order_grows_in_time():
    signal = random_signals(256)
    signal -= signal.mean()
    shares = []
    for max_order in range(3):
        scattering = unitary(4, 256, 4, max_order=max_order, padding="periodic")
        shares.append((16 * scattering(signal).square().sum() / signal.square().sum()).item())
    assert shares == sorted(shares)
    assert 0.8 < shares[-1] <= 1


@pytest.mark.parametrize("size", [64, 63, 61, 50])
@pytest.mark.parametrize("padding", ["reflect", "zero", "periodic"])
def test_a_reversed_signal_has_the_reversed_transform_exactly(size, padding):
    scattering = unitary(4, size, 3, padding=padding)
    signals = random_signals(2, size)
    torch.testing.assert_close(
        scattering(signals.flip(-1)), scattering(signals).flip(-1), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("bank", ["unitary", "kymatio"])
def test_a_translation_by_the_step_of_the_outputs_translates_them_in_time(bank):
    scattering = Scattering1D(4, 128, 4, 9, bank=bank, padding="periodic")
    signals = random_signals(128)
    moved = scattering(torch.roll(signals, 24))
    expected = torch.roll(scattering(signals), 3, -1)
    torch.testing.assert_close(moved, expected, rtol=1e-10, atol=1e-12)


def test_a_constant_signal_has_a_constant_average_and_nothing_else():
    output = unitary(3, 60, 4)(torch.full((60,), 0.7, dtype=torch.float64))
    torch.testing.assert_close(output[0], torch.full_like(output[0], 0.7))
    assert output[1:].abs().max() < 1e-12


def test_order_0_is_linear_and_all_others_grow_with_the_amplitude():
    scattering = unitary(3, 60, 4)
    first, second = random_signals(2, 60)
    total = scattering(first - 2 * second)[0]
    torch.testing.assert_close(total, scattering(first)[0] - 2 * scattering(second)[0])
    torch.testing.assert_close(scattering(-3 * first)[1:], 3 * scattering(first)[1:])


def test_a_tone_excites_the_wavelet_of_its_frequency():
    scattering = unitary(6, 1024, 8, max_order=1)
    xi = np.array(scattering.describe("n1")["xi"])
    for number in (3, 20, 35):
        tone = torch.from_numpy(np.cos(2 * np.pi * xi[number] * np.arange(1024)))
        assert scattering(tone)[1:].mean(-1).argmax() == number


def test_gradient_equals_finite_differences_in_time():
    scattering = unitary(2, 13, 2)
    signals = random_signals(2, 13).requires_grad_()
    assert torch.autograd.gradcheck(scattering, (signals,), eps=1e-6, atol=1e-6)


def test_float32_equals_float64_in_time():
    scattering = unitary(5, 1000, 8)
    signals = random_signals(2, 1000)
    single = scattering(signals.float()).double()
    assert (single - scattering(signals)).norm() < 1e-5 * single.norm()


def test_oversampled_outputs_are_finer_samples_of_the_same_averages():
    signals = random_signals(256)
    coarse = unitary(5, 256, 4)(signals)
    fine = unitary(5, 256, 4, oversampling=9)(signals)
    assert fine.shape[-1] == 256
    # a coarse sample lies in the middle of two fine ones
    between = (fine[:, 15::32] + fine[:, 16::32]) / 2
    assert (between - coarse).abs().max() < 1e-3 * coarse.abs().max()


def test_maps_of_sounds_with_two_channels_are_named_by_the_table():
    scattering = unitary(3, 40, 2, channels=2)
    sounds = random_signals(3, 2, 1, 40)
    maps, table = scattering.maps(sounds, "S1"), scattering.table("S1")
    assert maps.shape == (3, len(table["order"]), 1, 5)
    assert table["order"].max() == 1
    orders = scattering.table()["order"][: scattering.output_shape[0]]
    expected = scattering(sounds[:, 1, 0])[:, orders <= 1]
    torch.testing.assert_close(maps[:, table["colour"] == 1, 0], expected)


def test_filters_that_only_one_path_takes_are_not_kept():
    scattering = unitary(4, 256, 4)
    filters = scattering.filters
    nodes = nodes_of(scattering.paths, filters, 4, 0)
    tree = Tree(filters, (time_axis(256, filters.phi.samples, 4, "reflect", True, 0),), nodes)
    second = [index for index, node in enumerate(nodes) if node.parent > 0]
    shared = {tree.step(index): tree.filter(index) for index in second}
    assert all(tree.filter(index) is shared[tree.step(index)] for index in second[:5])
    assert tree.filter(1) is not tree.filter(1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"J": 7, "shape": 100, "bank": "unitary"}, "J=7 is too large.*at most 6"),
        ({"J": 8, "shape": 100, "bank": "kymatio"}, "J=8 is too large.*at most 7"),
        ({"J": 7, "shape": 100, "bank": "kymatio", "padding": "periodic"}, "J=7.*at most 6"),
        ({"J": 3000, "shape": 100}, "J=3000 is too large"),
        ({"J": 3000, "shape": 100, "bank": "kymatio"}, "J=3000 is too large"),
        ({"J": 1, "shape": 1}, "J=1 is too large.*give longer signals"),
        ({"J": 0, "shape": 64}, "J=0"),
        ({"J": 2, "shape": (8, 8)}, r"shape=\(8, 8\): give the signal's number of samples"),
        ({"J": 2, "shape": "long"}, "shape='long'"),
        ({"J": 2, "shape": 0}, "empty"),
        ({"J": 2, "shape": 64, "Q": 0}, "Q=0: give an integer of at least 1"),
        ({"J": 2, "shape": 64, "Q": 1.5}, "Q=1.5"),
        ({"J": 2, "shape": 64, "Q": (8, 1, 1)}, r"Q=\(8, 1, 1\): give an integer, or two"),
        ({"J": 2, "shape": 64, "T": 0}, "T=0: give an integer of at least 1"),
        ({"J": 2, "shape": 64, "T": 65}, "T=65 is too large"),
        ({"J": 2, "shape": 64, "bank": "unitry"}, "did you mean 'unitary'"),
        ({"J": 2, "shape": 64, "padding": "reflct"}, "did you mean 'reflect'"),
        ({"J": 2, "shape": 64, "engine": "refrence"}, "did you mean 'reference'"),
        ({"J": 2, "shape": 64, "max_order": 3}, "max_order=3: scattering in time"),
        ({"J": 2, "shape": 64, "oversampling": -1}, "oversampling=-1"),
    ],
)
def test_bad_arguments_in_time_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        Scattering1D(**arguments)


@pytest.mark.parametrize(
    ("signals", "message"),
    [
        (np.zeros(8), "torch tensor"),
        (torch.zeros(8, dtype=torch.int64), "float32 or float64"),
        (torch.zeros(8, 9), r"last dimension must be \(8,\)"),
        (torch.tensor(1.0), r"last dimension must be \(8,\)"),
        (torch.full((8,), torch.nan), "NaN"),
    ],
)
def test_bad_signals_are_named(signals, message):
    with pytest.raises(InputError, match=message):
        Scattering1D(1, 8)(signals)
