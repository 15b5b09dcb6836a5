import numpy as np
import pytest

from scatterlab.errors import InputError
from scatterlab.wavelets.bank import filter_bank
from scatterlab.wavelets.littlewood_paley import littlewood_paley
from scatterlab.wavelets.unitary import ALIASING, SIGMA_PSI, centre_frequency, morlets

SHAPES = [((16, 16), 2), ((24, 40), 3), ((96, 96), 5), ((27, 20), 2)]


@pytest.mark.parametrize(("shape", "J"), SHAPES)
@pytest.mark.parametrize("L", [1, 4, 8])
@pytest.mark.parametrize("Q", [1, 2])
def test_unitary_littlewood_paley_sum_is_one_up_to_the_room_for_aliasing(shape, J, L, Q):
    bank = filter_bank("unitary", shape, J, L, Q)
    total = littlewood_paley(bank.psi, bank.phi)
    assert total.max() <= 1 + 1e-12
    if L >= 4:
        assert total.min() >= 1 - ALIASING * (2 * Q - 1) - 1e-9


def test_kymatio_littlewood_paley_sum_is_the_measured_one():
    bank = filter_bank("kymatio", (96, 96), 3, 8)
    total = littlewood_paley(bank.psi, bank.phi)
    assert total.min() == pytest.approx(0.12, abs=0.01)
    assert total.max() == pytest.approx(1.02, abs=0.005)


@pytest.mark.parametrize("name", ["unitary", "kymatio"])
@pytest.mark.parametrize(("shape", "J"), SHAPES)
def test_wavelets_have_zero_mean_and_the_low_pass_keeps_constants(name, shape, J):
    bank = filter_bank(name, shape, J, 8)
    assert np.abs(bank.psi[..., 0, 0]).max() < 1e-6
    assert bank.phi[0, 0] == pytest.approx(1, abs=1e-4)


def test_unitary_low_pass_is_separable():
    bank = filter_bank("unitary", (24, 40), 3, 8)
    np.testing.assert_allclose(bank.phi, np.outer(bank.phi[:, 0], bank.phi[0]), atol=1e-14)


def plain_morlet(shape, j, angle, L):
    """ĝ(ω−ξ) − K ĝ(ω) summed over periods, term by term."""
    sigma, xi = SIGMA_PSI * 2**j, 0.75 * np.pi / 2**j
    gabor, envelope = np.zeros(shape), np.zeros(shape)
    for period in np.ndindex(19, 19):
        omega = [
            2 * np.pi * (np.fft.fftfreq(n) + p - 9) for n, p in zip(shape, period, strict=True)
        ]
        y, x = np.meshgrid(*omega, indexing="ij")
        along = np.cos(angle) * x + np.sin(angle) * y
        across = np.cos(angle) * y - np.sin(angle) * x
        gabor += np.exp(-(sigma**2) * ((along - xi) ** 2 + (across * L / 4) ** 2) / 2)
        envelope += np.exp(-(sigma**2) * (along**2 + (across * L / 4) ** 2) / 2)
    return gabor - gabor[0, 0] / envelope[0, 0] * envelope


@pytest.mark.parametrize(
    ("shape", "J", "L"), [((12, 12), 2, 8), ((9, 14), 2, 6), ((9, 9), 1, 5), ((6, 8), 1, 1)]
)
def test_unitary_wavelets_are_morlets_up_to_the_factor_common_to_all(shape, J, L):
    for j, theta in np.ndindex(J, L):
        expected = plain_morlet(shape, j, np.pi * theta / L, L)
        np.testing.assert_allclose(morlets(shape, J, L, Q=1)[j, theta], expected, atol=1e-14)


def test_wavelets_point_where_their_angles_say():
    bank = filter_bank("kymatio", (64, 64), 2, 8)
    ours = filter_bank("unitary", (64, 64), 2, 8)
    frequency = np.fft.fftfreq(64)
    for filters in (bank, ours):
        for theta, angle in enumerate(filters.angles):
            row, column = np.unravel_index(filters.psi[1, theta].argmax(), (64, 64))
            found = np.arctan2(frequency[row], frequency[column])
            assert np.cos(found - angle) > 0.98


def test_the_highest_frequencies_of_q_wavelets_divide_an_octave():
    bank = filter_bank("unitary", (256, 256), 3, 8, Q=2)
    peaks = bank.psi[:, 0, 0, :128].argmax(axis=1)
    assert centre_frequency(2) / np.pi * 128 == pytest.approx(peaks[0], abs=6)
    np.testing.assert_allclose(peaks[1:-2] / peaks[2:-1], 2**0.5, rtol=0.03)


def test_banks_are_made_once_and_cannot_be_changed():
    bank = filter_bank("unitary", (16, 16), 2, 8)
    assert filter_bank("unitary", (16, 16), 2, 8) is bank
    with pytest.raises(ValueError, match="read-only"):
        bank.psi[0] = 0


def test_an_unknown_bank_is_named():
    with pytest.raises(InputError, match=r"'morlet'.*kymatio, unitary"):
        filter_bank("morlet", (16, 16), 2, 8)
