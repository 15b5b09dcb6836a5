from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.errors import InputError
from scatterlab.wavelets.band import periodic_band
from scatterlab.wavelets.littlewood_paley import littlewood_paley
from scatterlab.wavelets.time import padded_length, time_filter_bank
from scatterlab.wavelets.time_family import family
from scatterlab.wavelets.time_unitary import ALIASING

CASES = [
    (256, 5, (8, 1), 32),
    (256, 5, (1, 1), 32),
    (300, 4, (3, 2), 16),
    (256, 6, (12, 4), 8),
    (256, 2, (4, 1), 128),
    (256, 1, (16, 1), 2),
    (251, 3, (2, 1), 5),
]
"""(samples, J, Q, T)."""


@given(
    samples=st.integers(1, 30),
    first=st.integers(-60, 60),
    values=st.lists(st.floats(-1, 1), min_size=1, max_size=70),
)
def test_a_band_holds_what_the_whole_grid_would(samples, first, values):
    whole = np.zeros(2 * samples)
    np.add.at(whole, np.arange(first, first + len(values)) % (2 * samples), values)
    band = periodic_band(2 * samples, first, np.array(values))
    np.testing.assert_allclose(band.periodised(2 * samples), whole, atol=1e-12)
    np.testing.assert_allclose(band.periodised(samples), whole.reshape(2, -1).sum(0), atol=1e-12)
    below = 4 * np.abs(np.fft.fftfreq(2 * samples)) < 1
    low = np.where(below, whole, 0).reshape(2, -1).sum(0)
    np.testing.assert_allclose(band.restricted(samples), low, atol=1e-12)


@pytest.mark.parametrize(("samples", "J", "Q", "T"), CASES)
def test_unitary_littlewood_paley_sum_is_one_up_to_the_room_for_aliasing(samples, J, Q, T):
    bank = time_filter_bank("unitary", samples, J, Q, T)
    for order in bank.psi:
        psi = np.stack([band.periodised(samples) for band in order])
        total = littlewood_paley(psi, bank.low_pass((samples,)))
        assert total.max() <= 1 + 1e-12
        assert total.min() >= 1 - ALIASING - 1e-12


@pytest.mark.parametrize(("samples", "J", "Q", "T"), CASES[:-1])
@pytest.mark.parametrize("order", [0, 1])
def test_unitary_wavelet_transform_is_non_expansive_as_it_is_subsampled(samples, J, Q, T, order):
    """The norm of x ↦ (x⋆φ, x⋆ψ_λ), each on its own lattice, on real signals: all of them."""
    bank = time_filter_bank("unitary", samples, J, Q, T)
    filters = [(bank.phi, T.bit_length() - 1)]
    for wavelet, band in zip(bank.wavelets[order], bank.psi[order], strict=True):
        filters.append((band, min(wavelet.j, T.bit_length() - 1)))
    gram = np.zeros((samples, samples))
    frequency = np.arange(samples)
    for band, level in filters:
        psi = band.periodised(samples)
        for alias in range(2 ** min(level, (samples & -samples).bit_length() - 1)):
            other = (frequency + alias * (samples >> level)) % samples
            gram[frequency, other] += psi * psi[other]
    fourier = np.fft.fft(np.eye(samples), norm="ortho")
    energy = (fourier.conj() @ gram @ fourier).real
    assert np.linalg.eigvalsh((energy + energy.T) / 2)[-1] <= 1 + 1e-12


@pytest.mark.parametrize("name", ["unitary", "kymatio"])
@pytest.mark.parametrize(("samples", "J", "Q", "T"), CASES)
def test_wavelets_have_zero_mean_and_the_low_pass_keeps_constants(name, samples, J, Q, T):
    bank = time_filter_bank(name, samples, J, Q, T)
    assert bank.low_pass((samples,))[0] == pytest.approx(1, abs=1e-12)
    for order, bands in enumerate(bank.psi, start=1):
        for number in range(len(bands)):
            assert abs(bank.wavelet((order, number), (samples,))[0]) < 1e-12


@pytest.mark.parametrize(("samples", "J", "Q"), [(2**14, 8, 8), (2**12, 9, 1), (256, 7, 8)])
def test_kymatio_wavelets_have_a_sum_of_absolute_values_of_one(samples, J, Q):
    bank = time_filter_bank("kymatio", samples, J, (Q, 1), 2**J)
    for order in bank.psi:
        for band in order:
            norm = np.abs(np.fft.ifft(band.periodised(samples))).sum()
            assert norm == pytest.approx(1, abs=1e-13)


def test_kymatio_filters_on_a_coarser_lattice_are_means_over_aliases_in_single_precision():
    bank = time_filter_bank("kymatio", 256, 5, (4, 2), 32)
    for which in [(1, 3), (2, 1), (2, 5)]:
        fine = bank.psi[which[0] - 1][which[1]].periodised(256)
        coarse = fine.reshape(4, 64).mean(axis=0)
        np.testing.assert_array_equal(bank.wavelet(which, (64,)), coarse.astype(np.float32))


def test_unitary_filters_on_a_coarser_lattice_are_their_low_frequencies():
    bank = time_filter_bank("unitary", 256, 5, (4, 2), 32)
    fine, coarse = bank.wavelet((2, 4), (256,)), bank.wavelet((2, 4), (64,))
    np.testing.assert_array_equal(coarse[:32], fine[:32])
    np.testing.assert_array_equal(coarse[33:], fine[-31:])
    assert coarse[32] == 0


@given(J=st.integers(1, 14), Q=st.integers(1, 40))
def test_a_family_falls_by_octaves_of_Q_and_covers_all_frequencies(J, Q):
    wavelets = family(J, Q)
    assert (np.diff([wavelet.xi for wavelet in wavelets]) < 0).all()
    assert (np.diff([wavelet.j for wavelet in wavelets]) >= 0).all()
    for wavelet in wavelets:
        assert 0 < wavelet.xi < 0.5 / 2**wavelet.j
        assert wavelet.sigma >= 0.1 / 2**J
    geometric = len(wavelets) - (Q - 1)
    for number in range(geometric - Q):
        assert wavelets[number + Q].xi == pytest.approx(wavelets[number].xi / 2)
    for above, below in pairwise(wavelets):
        assert above.xi - below.xi < 3 * (above.sigma + below.sigma)


def test_filters_take_the_memory_of_their_bands():
    bank = time_filter_bank("unitary", 2**16, 10, (8, 1), 2**10)
    held = sum(len(band.values) for order in bank.psi for band in order)
    assert len(bank.psi[0]) == 70
    assert held < 12 * 2**16


@given(size=st.integers(1, 3000), J=st.integers(1, 11), share=st.floats(0, 1))
def test_padding_reflects_at_most_the_signal_and_suits_the_lattices(size, J, share):
    T = max(1, round(share * size))
    kymatio = padded_length("kymatio", size, J, T)
    assert size <= kymatio <= max(1, 3 * size - 2)
    assert kymatio & (kymatio - 1) == 0
    unitary = padded_length("unitary", size, J, T)
    assert unitary >= size
    assert unitary % 2 ** (T.bit_length() - 1) == 0


def test_time_banks_are_made_once_and_cannot_be_changed():
    bank = time_filter_bank("unitary", 64, 3, (2, 1), 8)
    assert time_filter_bank("unitary", 64, 3, (2, 1), 8) is bank
    with pytest.raises(ValueError, match="read-only"):
        bank.psi[0][0].values[0] = 0


def test_an_unknown_time_bank_is_named():
    with pytest.raises(InputError, match=r"'morlet'.*kymatio, unitary"):
        time_filter_bank("morlet", 64, 3, (2, 1), 8)
