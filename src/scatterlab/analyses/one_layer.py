"""How one layer flattens a class whose variation is known: thresholding against modulus, pooling.

Signals of a class are patches of waves of one frequency, at all positions and of all phases. At one
position, all phases lie in a plane: real and imaginary part of a complex filter are two directions
of it. max(0, x − t) measures how far a signal reaches along one direction, the modulus how far
along the plane, whatever the phase; averaging over positions then puts the pieces of all positions
together.
"""

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.gram import gram, linear_decisions
from scatterlab.analyses.separability import scatter
from scatterlab.errors import InputError

RHOS = ("linear", "threshold", "modulus")
KEPT = 0.95
"""Share of a class's variance that its affine space must hold."""
PHASES = 73


def one_layer(
    size: int,
    cycles: Sequence[float],
    width: float,
    noise: float,
    filters: Sequence[int],
    pooling: Sequence[int],
    threshold: float,
    samples: int,
    seed: int = 0,
) -> xr.Dataset:
    """What pool(ρ(x⋆w)) makes of patches of waves, for each ρ of `RHOS`.

    Signals are periodic, of `size` samples; a class has waves of each of the `cycles` per signal,
    under a Gaussian of deviation `width`, with white noise of deviation `noise`; `samples` of each
    class train, and as many test. The same real `filters` (numbers of them, in pairs of a cosine
    and a sine under the same Gaussian, of frequencies evenly spread about the classes') serve all
    ρ: none; max(0, x − t) with t = `threshold` root mean squares of a filter's outputs; the modulus
    of each pair. `pooling` are widths of circular means.

    ``dimension`` (rho, filters, pooling)  of the smallest affine space that holds 95 % of a class's
                                           variance, mean over classes
    ``ratio``      W / B, variance within over variance between classes; of training signals
    ``error``      of ridge regression of the classes' indicators on test signals
    ``response`` (rho, phase)  of one filter, of the first class's frequency, to its patch in the
                               middle, over the largest of the modulus
    ``signals`` (class, example, position)

    The same of the signals themselves are the attributes ``dimension``, ``ratio`` and ``error``.
    Raises `InputError` for settings that cannot be.
    """
    check(size, cycles, filters, pooling)
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(len(cycles)), 2 * samples)
    x = patches(size, np.array(cycles)[labels], width, rng) + noise * rng.standard_normal(
        (len(labels), size)
    )
    train = len(labels) // 2
    shape = (len(RHOS), len(filters), len(pooling))
    measured = np.empty((3, *shape))
    for column, count in enumerate(filters):
        pairs = filtered(x, bank(size, cycles, width, count))
        for row, rho in enumerate(RHOS):
            maps = nonlinear(pairs, rho, threshold)
            for place, pool in enumerate(pooling):
                measured[:, row, column, place] = flatness(averaged(maps, pool), labels, train)
    names = ("dimension", "ratio", "error")
    dims = ("rho", "filters", "pooling")
    return xr.Dataset(
        {
            **{name: (dims, values) for name, values in zip(names, measured, strict=True)},
            "response": (("rho", "phase"), responses(size, cycles[0], width, threshold)),
            "signals": (("class", "example", "position"), examples(x, labels)),
        },
        coords={
            "filters": list(filters),
            "pooling": list(pooling),
            "phase": np.linspace(0, 360, PHASES),
        },
        attrs={
            "rhos": list(RHOS),
            "cycles": list(cycles),
            "train": train,
            "test": len(labels) - train,
            **dict(zip(names, flatness(x[:, None], labels, train), strict=True)),
        },
    )


def check(size, cycles, filters, pooling) -> None:
    if len(cycles) < 2 or not all(0 < one < size / 2 for one in cycles):
        raise InputError(f"cycles={cycles}: give at least two, each below half of size={size}")
    if odd := [count for count in filters if count < 2 or count % 2]:
        raise InputError(f"filters={odd}: they come in pairs; give even numbers")
    if wide := [pool for pool in pooling if not 1 <= pool <= size]:
        raise InputError(f"pooling={wide}: give widths from 1 to size={size}")


def patches(size: int, cycles: np.ndarray, width: float, rng) -> np.ndarray:
    """A patch of waves for each of `cycles`, at a random position, of a random phase (…, size)."""
    at, phase = rng.uniform(0, size, len(cycles)), rng.uniform(0, 2 * np.pi, len(cycles))
    return patch(size, cycles[:, None], width, at[:, None], phase[:, None])


def patch(size: int, cycles, width: float, at, phase) -> np.ndarray:
    """cos(ω (u − `at`) + `phase`) under a Gaussian about `at`, periodic."""
    u = (np.arange(size) - at + size / 2) % size - size / 2
    return np.exp(-(u**2) / (2 * width**2)) * np.cos(2 * np.pi * cycles * u / size + phase)


def bank(size: int, cycles: Sequence[float], width: float, count: int) -> np.ndarray:
    """`count`/2 complex filters (filter, size), of frequencies evenly spread about the classes'."""
    gap = np.ptp(cycles)
    edges = np.linspace(min(cycles) - gap, max(cycles) + gap, count // 2 + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    parts = [patch(size, middles[:, None], width, 0, phase) for phase in (0, -np.pi / 2)]
    return parts[0] + 1j * parts[1]


def filtered(x: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """x⋆w, complex (sample, filter, position)."""
    return np.fft.ifft(np.fft.fft(x)[:, None] * np.fft.fft(filters))


def nonlinear(pairs: np.ndarray, rho: str, threshold: float) -> np.ndarray:
    """ρ of complex outputs (sample, filter, position): of both parts, or their modulus."""
    if rho == "modulus":
        return np.abs(pairs)
    parts = np.concatenate([pairs.real, pairs.imag], axis=1)
    if rho == "linear":
        return parts
    rms = np.sqrt(np.square(parts).mean(axis=(0, 2), keepdims=True))
    return np.maximum(parts - threshold * rms, 0)


def averaged(maps: np.ndarray, pool: int) -> np.ndarray:
    """Means over `pool` positions, circular."""
    if pool == 1:
        return maps
    window = np.zeros(maps.shape[-1])
    window[:pool] = 1 / pool
    return np.fft.irfft(np.fft.rfft(maps) * np.fft.rfft(window), n=maps.shape[-1])


def flatness(maps: np.ndarray, labels: np.ndarray, train: int) -> tuple[float, float, float]:
    """Dimension, W / B and error of features (sample, …), of which the first `train` train."""
    K = gram(torch.from_numpy(maps))
    members, asked = np.split(np.arange(len(labels)), [train])
    within, between = scatter(K, labels, members)
    classes = np.unique(labels)
    dimension = np.mean([dimension_of(maps[members][labels[members] == c]) for c in classes])
    wrong = np.mean(linear_decisions(K, labels, members, asked) != labels[asked])
    return float(dimension), within / between if between else np.inf, float(wrong)


def dimension_of(maps: np.ndarray) -> int:
    """Of the smallest affine space that holds `KEPT` of the variance of samples (sample, …)."""
    variances = np.maximum(np.linalg.eigvalsh(gram(torch.from_numpy(maps)))[::-1], 0)
    if variances.sum() <= 1e-20 * max(np.square(maps).sum(), 1e-300):
        return 0
    held = np.cumsum(variances) / variances.sum()
    return int(np.searchsorted(held, KEPT) + 1)


def responses(size: int, cycles: float, width: float, threshold: float) -> np.ndarray:
    """ρ of the matching filter on patches of all phases in the middle (rho, phase)."""
    phase = np.linspace(0, 2 * np.pi, PHASES)
    x = patch(size, cycles, width, size // 2, phase[:, None])
    w = patch(size, cycles, width, 0, 0) + 1j * patch(size, cycles, width, 0, -np.pi / 2)
    outputs = filtered(x, w[None])[:, 0, size // 2]
    largest = np.abs(outputs).max()
    t = threshold * np.sqrt(0.5)
    real = outputs.real / largest
    return np.stack([real, np.maximum(real - t, 0), np.abs(outputs) / largest])


def examples(x: np.ndarray, labels: np.ndarray, count: int = 3) -> np.ndarray:
    """The first `count` signals of each class, (class, example, position)."""
    return np.stack([x[labels == c][:count] for c in np.unique(labels)])
