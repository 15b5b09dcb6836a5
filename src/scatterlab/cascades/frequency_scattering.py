"""Scattering along log frequency."""

import numpy as np
import torch

from scatterlab.cascades.time_scattering import Scattering1D
from scatterlab.errors import InputError


class FrequencyScattering(torch.nn.Module):
    """One order of scattering along log λ, at each instant (Andén & Mallat 2014, §VI).

    Parameters
    ----------
    wavelets : number of wavelets λ, from high to low frequency.
    J : log of the scale, 2^J wavelets; one Morlet wavelet an octave of it.

    Calling it maps a tensor (…, `wavelets`, 1, time) to (…, coefficient, 1, time): the moduli for
    each wavelet μ along log λ, then the averages, each at steps of 2^J along log λ.

    Raises `InputError` for 2^J over `wavelets`.
    """

    def __init__(self, wavelets: int, J: int):
        super().__init__()
        if wavelets < 2**J:
            raise InputError(
                f"frequency={J} is too large: 2^{J} exceeds the {wavelets} wavelets of order 1; "
                f"it can be at most {wavelets.bit_length() - 1}"
            )
        self.scattering = Scattering1D(
            J, wavelets, Q=1, max_order=1, bank="unitary", engine="reference"
        )

    @property
    def low_pass(self) -> int:
        """The number that stands for the low-pass in the table."""
        return len(self.scattering.paths) - 1

    def forward(self, coefficients: torch.Tensor) -> torch.Tensor:
        along = coefficients.movedim(-3, -1)
        scattered = self.scattering(along.contiguous())
        averages, moduli = scattered[..., :1, :], scattered[..., 1:, :]
        return torch.cat([moduli, averages], dim=-2).flatten(-2).movedim(-1, -3)

    def table(self) -> dict[str, np.ndarray]:
        """``mu`` and ``place``, one row a coefficient."""
        wavelets, places = self.scattering.output_shape
        mu, place = np.indices((wavelets, places))
        return {"mu": mu.ravel(), "place": place.ravel()}
