"""Joint scattering in time and log frequency."""

import numpy as np
import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.signals import check_signals
from scatterlab.cascades.time_scattering import Scattering1D
from scatterlab.errors import InputError

NONE = -1
BATCH = 4
"""Sounds at a time: each takes tens of megabytes."""


class TimeFrequencyScattering(Cascade):
    """|U1 ⋆ ψ_μ(t) ψ_{l,s}(log λ)| ⋆ φ, U1(t, log λ) = |x⋆ψ_λ|(t) (Andén, Lostanlen & Mallat 2019).

    Time scattering filters U1 at each λ alone; wavelets that oscillate along time and along
    log λ together see how frequencies move: the sign of the spin s tells whether they rise or
    fall. The textbook loop in torch, differentiable, in float32 or float64, on any device.

    Parameters
    ----------
    J, shape, Q, T, padding, channels : as in `Scattering1D`, with bank ``unitary``. As there, ψ_μ
        filters only the λ whose modulus is faster than it; the others hold almost no energy.
    frequency : log of the scale F along log λ, in wavelets: there are wavelets ψ_l up to scale
        2^F, and coefficients are averaged over 2^F wavelets. Beyond the first and the last λ
        there is silence.

    Calling it maps a tensor (…, t) to (…, path, time). With `measure` the transform is
    non-expansive up to the padding: Σ measure·|S|² ≤ Σ|x|².

    Attributes
    ----------
    measure : samples and wavelets that each output stands for.

    Raises `InputError` for a bad argument, a tensor of another shape or dtype, or a NaN.
    """

    def __init__(self, J, shape, Q=8, T=None, frequency=3, padding="reflect", *, channels=1):
        super().__init__()
        self._separable = Scattering1D(
            J, shape, Q, T, 2, "unitary", padding, "reference", channels=channels
        )
        self.wavelets, self.scales = self._separable.filters.wavelets
        first = len(self.wavelets)
        if 2**frequency > first:
            raise InputError(
                f"frequency={frequency} is too large: 2^{frequency} exceeds the {first} wavelets "
                f"of order 1; it can be at most {first.bit_length() - 1}"
            )
        self._along = Scattering1D(frequency, first, 1, None, 1, "unitary", "zero", "reference")
        self.image_shape, self.layers = self._separable.image_shape, ("S2",)
        self._numbers = {path: number for number, path in enumerate(self._separable.paths)}
        self.measure = float(2 ** (self._separable.T.bit_length() - 1) * 2**frequency)
        paths = len(self.table()["order"]) // channels
        self.output_shape = (paths, *self._separable.output_shape[1:])

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        """See the class."""
        check_signals(signals, self._separable.shape)
        batch = signals.shape[:-1]
        flat = signals.reshape(-1, signals.shape[-1])
        parts = [self._scatter(part) for part in flat.split(BATCH)] if len(flat) else []
        whole = torch.cat(parts) if parts else flat.new_zeros(0, *self.output_shape)
        return whole.reshape(*batch, *self.output_shape)

    def maps(self, images, layer=None):
        """(sample, channel, 1, t) to (sample, coefficient, 1, time)."""
        self.layer_or_last(layer)
        return self(images[:, :, 0]).flatten(1, 2).unsqueeze(2)

    def table(self, layer=None):
        """``order, n2, l, spin, place`` and, where there are several channels, ``colour``.

        n2 numbers ψ_μ, l the wavelet along log λ, place the steps along log λ; −1 for none, and
        in l for the low-pass. The spin is 1 or −1, and 0 where it makes no difference.
        """
        spans = range(len(self._along.paths) - 1)
        still, turning = [(NONE, 0)], [(span, spin) for spin in (1, -1) for span in spans]
        filters = [(1, NONE, *still[0]), *((2, NONE, span, 0) for span in spans)]
        filters += [(2, n2, *pair) for n2 in self._used() for pair in still + turning]
        places = range(self._along.output_shape[1])
        rows = [(0, NONE, NONE, 0, NONE)]
        rows += [(*chosen, place) for chosen in filters for place in places]
        names = ("order", "n2", "l", "spin", "place")
        columns = dict(zip(names, np.array(rows).T, strict=True))
        return self._separable._coloured(columns)

    def describe(self, column):
        return {
            "order": {"long_name": "number of moduli"},
            "n2": {
                "long_name": "number of the wavelet in time, an index into xi",
                "xi": [wavelet.xi for wavelet in self.scales],
                "xi_units": "cycles per sample",
                "none": NONE,
            },
            "l": {"long_name": "number of the wavelet along log frequency", "none": NONE},
            "spin": {"long_name": "1 and −1: the two directions in time and log frequency"},
            "place": {"long_name": "step along log frequency", "none": NONE},
        }.get(column, {})

    def _used(self) -> list[int]:
        """The ψ_μ that follow any λ."""
        return sorted({path[1] for path in self._separable.paths if len(path) == 2})

    def _scatter(self, signals: torch.Tensor) -> torch.Tensor:
        """(batch, t) to (batch, path, time)."""
        time, along = self._separable._engine, self._along._engine
        padded = time.pad(signals)
        spectrum = torch.fft.fft(padded)
        averages, spectra = [], []
        for n1 in range(len(self.wavelets)):
            node = self._numbers[n1,]
            modulus = time.convolve(spectrum, node).abs()
            averages.append(time.average(modulus, time.tree.nodes[node].level))
            spectra.append(torch.fft.fft(modulus))
        of_averages = along(torch.stack(averages, dim=-1).flatten(0, 1))
        of_averages = of_averages.unflatten(0, (len(signals), -1)).movedim(1, -1).flatten(1, 2)
        outputs = [time.average(padded, 0).unsqueeze(1), of_averages]
        return torch.cat(outputs + [self._second(spectra, n2) for n2 in self._used()], dim=1)

    def _second(self, spectra: list[torch.Tensor], n2: int) -> torch.Tensor:
        """The coefficients of ψ_μ, number `n2`: (batch, path, time)."""
        time, along = self._separable._engine, self._along._engine
        nodes = [self._numbers.get((n1, n2)) for n1 in range(len(spectra))]
        level = next(time.tree.nodes[node].level for node in nodes if node)
        silence = spectra[0].new_zeros(*spectra[0].shape[:-1], *time.tree.lattice(level))
        pairs = zip(spectra, nodes, strict=True)
        found = [time.convolve(*pair) if pair[1] else silence for pair in pairs]
        held = torch.stack(found, dim=-1)
        low = [along.average(along.pad(part), 0) for part in (held.real, held.imag)]
        moduli = [torch.complex(*low).abs()]
        for turned in (held, held.conj()):
            spectrum = torch.fft.fft(along.pad(turned))
            for node in range(1, len(along.tree.nodes)):
                # a complex signal has energy at both signs of frequency, a real one half at each
                filtered = along.convolve(spectrum, node).abs() / 2**0.5
                moduli.append(along.average(filtered, along.tree.nodes[node].level))
        stacked = torch.stack(moduli, dim=1).movedim(-1, 2).flatten(1, 2)
        return time.average(stacked, level)


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    channels, height, samples = image_shape
    if height != 1:
        raise InputError(
            f"time–frequency scattering is of sounds, and this data set has images of "
            f"{height}×{samples}; take kind roto_translation"
        )
    names = ("J", "Q", "T", "frequency", "padding")
    options = {name: spec[name] for name in names if name in spec}
    scattering = TimeFrequencyScattering(shape=samples, channels=channels, **options)
    return scattering, "S2"
