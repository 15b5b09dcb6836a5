"""Where the samples are: padding, the lattices of the layers, and the output grid.

All along one axis; a two-dimensional transform has two of these. Positions are in pixels of the
padded signal, which is periodic.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np

from scatterlab.errors import InputError, suggest

PADDINGS = ("reflect", "zero", "periodic")


@dataclass(frozen=True)
class Axis:
    """The sampling along one axis.

    Attributes
    ----------
    size : number of pixels of the image.
    sources : (2, padded) index of the two pixels whose mean is each padded sample; −1 is zero.
        They differ only at the antipode of the centre, where both extensions meet.
    shifts : (J + 1,) position of the first sample of the lattice of step 2^j.
    resolutions : (J + 1,) log of the step of the lattice that layer j is computed on.
    outputs : positions of the output samples.
    """

    size: int
    sources: np.ndarray
    shifts: np.ndarray
    resolutions: np.ndarray
    outputs: np.ndarray

    @property
    def padded(self) -> int:
        return self.sources.shape[1]

    def samples(self, j: int) -> int:
        """Number of samples on the lattice of layer j."""
        return self.padded >> int(self.resolutions[j])

    @property
    def output_lattice(self) -> tuple[int, int]:
        """(count, stride): from the first on, the outputs are every `stride`-th of `count`
        samples spread evenly over the padded signal."""
        step = int(self.outputs[1] - self.outputs[0]) if len(self.outputs) > 1 else self.padded
        common = gcd(self.padded, step)
        return self.padded // common, step // common


def axis_of(size: int, J: int, padding: str, centred: bool, oversampling: int) -> Axis:
    """The sampling of an axis of `size` pixels for scale 2^J ≤ `size`.

    The padded length is Kymatio's, except for periodic padding, which adds nothing. A `centred`
    lattice of step 2^j is its own mirror image about the image's centre, so that outputs move
    with a rotation by 90° exactly; the others start at 0, as Kymatio's do.
    """
    step = 2**J
    padded = size if padding == "periodic" else ((size + step) // step + 1) * step
    centre = (padded - size) // 2 + (size - 1) / 2
    outputs = output_grid(size, J, padded, centre, centred, oversampling)
    return sampled(size, padded, J, padding, centred, outputs)


def time_axis(
    size: int, padded: int, log2_T: int, padding: str, centred: bool, oversampling: int
) -> Axis:
    """The sampling in time of `size` samples, `padded` in all, for averages over 2^`log2_T`.

    Lattices are as in `axis_of`. `padded` is `size` for periodic padding.
    """
    outputs = time_outputs(size, padded, max(log2_T - oversampling, 0), padding, centred)
    return sampled(size, padded, log2_T, padding, centred, outputs)


def sampled(
    size: int, padded: int, top: int, padding: str, centred: bool, outputs: np.ndarray
) -> Axis:
    """The axis with lattices of steps to 2^`top`, or to the largest that divides `padded`."""
    if padding not in PADDINGS:
        raise InputError(f"unknown padding {padding!r}; {suggest(padding, PADDINGS)}")
    before = (padded - size) // 2
    centre = before + (size - 1) / 2
    divisible = (padded & -padded).bit_length() - 1
    resolutions = np.minimum(np.arange(top + 1), divisible)
    lattices = 2.0**resolutions
    shifts = np.where(resolutions > 0, centre % (lattices / 2), 0) if centred else 0 * lattices
    return Axis(
        size=size,
        sources=extension(size, before, padded, padding, centred),
        shifts=shifts,
        resolutions=resolutions,
        outputs=outputs,
    )


def output_grid(size, J, padded, centre, centred, oversampling) -> np.ndarray:
    """⌊size/2^J⌋·2^oversampling positions, a step of 2^(J−oversampling) apart."""
    step = 2.0 ** (J - oversampling)
    count = (size >> J) << oversampling
    if centred:
        return centre + step * (np.arange(count) - (count - 1) / 2)
    first = 0 if padded == size else 2**J
    return first + step * np.arange(count)


def time_outputs(size, padded, log2_step, padding, centred) -> np.ndarray:
    """Positions in time, a step of 2^`log2_step` apart.

    ⌈size/step⌉ of them about the signal's centre, or those multiples of the step that are in the
    signal, give or take one at its end: Kymatio's. Periodic signals have ⌊size/step⌋, since their
    last sample's neighbour is the first.
    """
    step = 2**log2_step
    before = (padded - size) // 2
    first = -(-before // step)
    if padding == "periodic":
        count = size // step
    elif centred:
        count = -(-size // step)
    else:
        count = -(-(before + size) // step) - first
    if not centred:
        return step * (first + np.arange(count))
    return before + (size - 1) / 2 + step * (np.arange(count) - (count - 1) / 2)


def extension(size: int, before: int, padded: int, padding: str, centred: bool) -> np.ndarray:
    """Which pixels each padded sample is the mean of: see `Axis.sources`."""
    sources = pixel_at(np.arange(padded) - before, size, padding)
    sources = np.stack([sources, sources])
    if centred and (padded - size) % 2:
        sources[1, -1] = pixel_at(np.array([-before - 1]), size, padding)[0]
    return sources


def pixel_at(position: np.ndarray, size: int, padding: str) -> np.ndarray:
    """The pixel that an extended image shows at integer `position`; −1 for zero."""
    if padding == "periodic":
        return position % size
    if padding == "zero":
        return np.where((position >= 0) & (position < size), position, -1)
    period = max(1, 2 * size - 2)
    position = position % period
    return np.minimum(position, period - position)
