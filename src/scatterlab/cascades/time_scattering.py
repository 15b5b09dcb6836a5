"""Wavelet scattering in time."""

import numpy as np

from scatterlab.cascades.signals import check_engine, check_integer, check_signals
from scatterlab.cascades.wavelet_cascade import WaveletCascade
from scatterlab.engines.geometry import time_axis
from scatterlab.engines.selection import engine_for
from scatterlab.engines.tree import Node, Tree
from scatterlab.errors import InputError
from scatterlab.wavelets.time import TimeFilterBank, padded_length, time_filter_bank
from scatterlab.wavelets.time_paths import TimePath, time_path_table, time_paths


class Scattering1D(WaveletCascade):
    """S x = {|…|x⋆ψ_λ1|…⋆ψ_λm|⋆φ_T}, over paths of growing scale (Andén & Mallat 2014).

    Parameters
    ----------
    J : log of the largest scale of the wavelets, 2^J samples: at most t, or with bank
        ``"kymatio"`` at most half the padded length.
    shape : number of samples of the signals, t or (t,).
    Q : wavelets per octave of the first order, or of the first and the second; the second has 1
        unless given.
    T : samples that the low-pass averages over, an integer from 1 to t; 2^J unless given.
    max_order : largest number of wavelets in a path: 0, 1 or 2.
    bank : ``"kymatio"`` (the coefficients of Kymatio 0.3's ``Scattering1D``, hence 2^−k times
        those of theory for each filter that acts on a lattice of step 2^k) or ``"unitary"``
        (non-expansive, outputs centred).
    padding : ``"reflect"``, ``"zero"`` or ``"periodic"``.
    engine : ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"reference"``: see `engines.selection`.
    oversampling : log of the factor by which all lattices after the first are sampled more
        finely; from ⌊log2 T⌋ on there is one output for each sample.
    channels : number of channels, for `maps` and `table` only.

    Calling it maps a tensor of shape (…, t), float32 or float64, on any device, to
    (…, path, time), the same dtype and device. Outputs are a step 2^⌊log2 T⌋ apart, and each
    stands for that many samples: the transform with bank ``unitary`` is non-expansive for the
    norm that counts it so. `table` says which path is which.

    Raises `InputError` for a bad argument, a tensor of another shape or dtype, or a NaN.
    """

    def __init__(
        self,
        J,
        shape,
        Q=1,
        T=None,
        max_order=2,
        bank="kymatio",
        padding="reflect",
        engine="auto",
        *,
        oversampling=0,
        channels=1,
    ):
        size = check_arguments(J, shape, T, max_order, oversampling, engine)
        both, T = pair_of(Q), 2 ** int(J) if T is None else int(T)
        padded = size if padding == "periodic" else padded_length(bank, size, J, T)
        check_scale(int(J), size, padded // 2 if bank == "kymatio" and padded > size else size)
        log2_T = T.bit_length() - 1
        filters = time_filter_bank(bank, padded, J, both[: max(1, max_order)], T)
        paths = time_paths(filters.wavelets, max_order)
        axis = time_axis(size, padded, log2_T, padding, filters.centred, oversampling)
        tree = Tree(filters, (axis,), nodes_of(paths, filters, log2_T, oversampling))
        super().__init__(tree, filters, paths, max_order, channels, engine_for(engine, tree))
        self.J, self.Q, self.T = J, both, T
        self.bank, self.padding, self.oversampling = bank, padding, oversampling

    def maps(self, images, layer=None):
        """Layer ``Sm`` holds orders 0…m; channels run over paths within channels of the signal.

        A sound is an image of height 1: (sample, channel, 1, t) to (sample, channel, 1, time).
        """
        check_signals(images, self.image_shape[1:])
        count = self._count(layer)
        return self(images[:, :, 0])[:, :, :count].flatten(1, 2).unsqueeze(2)

    def table(self, layer=None):
        """``order, j1, n1, j2, n2`` and, where there are several channels, ``colour``.

        n is the number of a wavelet, from high to low frequency, and j the log of the step at
        which its modulus can be sampled; `describe` has the wavelets' frequencies.
        """
        paths = self.paths[: self._count(layer)]
        columns = time_path_table(self.filters.wavelets, paths, self._order(layer))
        return self._coloured(columns)

    def describe(self, column):
        name = column.rstrip("0123456789")
        step = column.removeprefix(name)
        if name == "j":
            return {"long_name": f"scale of wavelet {step}", "units": "log2 samples", "none": -1}
        if name == "n":
            wavelets = self.filters.wavelets[int(step) - 1]
            return {
                "long_name": f"number of wavelet {step}, an index into xi and sigma",
                "xi": [wavelet.xi for wavelet in wavelets],
                "sigma": [wavelet.sigma for wavelet in wavelets],
                "xi_units": "cycles per sample",
                "none": -1,
            }
        return {"long_name": "number of wavelets"} if name == "order" else {}

    def extra_repr(self):
        return (
            f"J={self.J}, shape={self.shape}, Q={self.Q}, T={self.T}, "
            f"max_order={self.max_order}, bank={self.bank!r}, padding={self.padding!r}, "
            f"engine={self.engine!r}"
        )


def nodes_of(
    paths: list[TimePath], filters: TimeFilterBank, log2_T: int, oversampling: int
) -> tuple[Node, ...]:
    """The tree of `paths`: U[path] is sampled as finely as its last wavelet or φ_T needs."""
    numbers = {path: number for number, path in enumerate(paths)}
    nodes = [Node(-1, None, 0)]
    for path in paths[1:]:
        order, n = len(path), path[-1]
        j = filters.wavelets[order - 1][n].j
        level = max(min(j, log2_T) - oversampling, 0)
        nodes.append(Node(numbers[path[:-1]], (order, n), level))
    return tuple(nodes)


def check_arguments(J, shape, T, max_order, oversampling, engine) -> int:
    """The number of samples. Raises `InputError` naming the argument and the remedy."""
    try:
        (size,) = (int(size) for size in np.atleast_1d(shape))
    except (TypeError, ValueError):
        raise InputError(f"shape={shape!r}: give the signal's number of samples") from None
    check_integer("J", J, 1)
    check_integer("max_order", max_order, 0)
    check_integer("oversampling", oversampling, 0)
    check_engine(engine)
    if max_order > 2:
        raise InputError(f"max_order={max_order}: scattering in time has orders 0, 1 and 2")
    if size < 1:
        raise InputError(f"shape={shape!r}: the signal is empty")
    if T is not None:
        check_integer("T", T, 1)
        if size < T:
            raise InputError(
                f"T={T} is too large: a signal has {size} samples; T can be at most that"
            )
    return size


def pair_of(Q) -> tuple[int, int]:
    """Wavelets per octave of both orders. Raises `InputError` unless Q is an integer or two."""
    both = tuple(Q) if isinstance(Q, (tuple, list)) else (Q,)
    if not 1 <= len(both) <= 2:
        raise InputError(f"Q={Q!r}: give an integer, or two for the first and the second order")
    for value in both:
        check_integer("Q", value, 1)
    return (*both, 1)[:2]


def check_scale(J: int, size: int, longest: int) -> None:
    """Raise `InputError` if 2^J is over `longest` samples."""
    if longest < 2**J:
        largest = max(longest.bit_length() - 1, 0)
        raise InputError(
            f"J={J} is too large: 2^J = {2**J} exceeds {longest} for a signal of {size} samples; "
            f"J can be at most {largest}" + ("" if largest else " here: give longer signals")
        )
