import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.wavelets.angular import angular_bank
from scatterlab.wavelets.littlewood_paley import littlewood_paley


@given(L=st.integers(1, 16), data=st.data())
def test_the_littlewood_paley_sum_is_1(L, data):
    K = data.draw(st.integers(0, (2 * L).bit_length() - 1))
    bank = angular_bank(2 * L, K)
    np.testing.assert_allclose(littlewood_paley(bank.psi, bank.phi), 1, atol=1e-12)


def test_wavelets_have_mean_zero_and_the_low_pass_keeps_constants():
    bank = angular_bank(16, 3)
    np.testing.assert_allclose(bank.psi[:, 0], 0, atol=1e-15)
    assert bank.phi[0] == 1
    assert bank.filters.shape == (4, 16)


def test_larger_scales_are_lower_frequencies():
    centres = [np.argmax(psi[:9]) for psi in angular_bank(16, 3).psi]
    assert centres == sorted(centres, reverse=True)
    assert len(set(centres)) == 3


def test_no_wavelets_change_nothing():
    bank = angular_bank(8, 0)
    assert bank.psi.shape == (0, 8)
    assert (bank.phi == 1).all()
