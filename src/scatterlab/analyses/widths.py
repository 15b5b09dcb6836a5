"""What a deformation does to an inner product with a kernel, against the kernel's width.

Over a kernel w of width s about a position c, a deformation is nearly a translation by v = τ(c),
for τ varies there by no more than about s‖∇τ‖:

    ⟨φ_τ x, w⟩ = ⟨x, T_v w⟩ + ε,   T_v w(u) = w(u + v),

with |ε| ≤ ‖w‖₁ ‖∇x‖ s‖∇τ‖. For w at every position, ε is the commutator of convolving and
deforming, W φ_τ x − φ_τ W x, of which Mallat 2012, Theorem 2.12, is made.
"""

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr
from tqdm import tqdm

from scatterlab.analyses.adjoint import adjoint, by_change_of_variable
from scatterlab.analyses.fields import Field, deform, dilation, read, refine, smooth, translate
from scatterlab.analyses.kernels import Kernels
from scatterlab.errors import InputError

FAMILIES = ("dilation", "smooth")
REFINEMENT = 7


def deformed_kernels(
    kernels: Kernels,
    images: torch.Tensor,
    *,
    dilations: Sequence[float],
    amplitudes: Sequence[float],
    lengths: Sequence[float],
    seed: int = 0,
) -> xr.Dataset:
    """ε of each kernel under each deformation, and the adjoint of the deformation on the kernel.

    `images` (sample, channel, y, x). Fields are `dilations` about the centre, and random smooth
    ones of `amplitudes` and correlation `lengths` in pixels; those that would fold the image are
    left out and counted. Root mean squares are over images and positions whose kernel, two widths
    around it, lies in the image. All in float64.

    ``error`` (kernel, field)     of ε, over ‖w‖₁ times that of |∇x|: pixels
    ``relative`` (kernel, field)  of ε, over that of ⟨x, w⟩; NaN where that is 0
    ``worst`` (kernel, field)     ‖φ_τ* w − T_v w‖ / ‖w‖ in the middle of the image: ε of the worst
                                  x of norm 1
    ``formula`` (kernel, field)   ‖φ_τ* w − w(u(v)) / |det|‖ / ‖φ_τ* w‖ there
    ``identity`` (field)          the largest |⟨φ_τ x, w⟩ − ⟨x, φ_τ* w⟩| / ‖φ_τ x‖ ‖w‖

    Coordinates: ``width`` (kernel) s in pixels; ``gradient`` ‖∇τ‖_∞ and ``family`` (field).
    Attributes: names of kernels and of ``groups`` alike; ``left_out`` kernels, of zeros or too wide
    for the image; ``folding``, how many fields were left out. Raises `InputError` if no kernel or
    no field is left.
    """
    shape, images = tuple(images.shape[-2:]), images.double()
    fields = list(fields_of(shape, dilations, amplitudes, lengths, seed))
    widths = kernels.widths
    margins = np.ceil(2 * np.where(np.isfinite(widths), widths, np.inf))
    kept = np.flatnonzero((2 * margins < min(shape)) & np.isfinite(widths))
    unfolded = [one for one in fields if one[1].steepness < 1]
    check_left(kept, unfolded, widths, shape)
    if kernels.values.shape[1] == 1:
        images = images.flatten(0, 1)[:, None]
    error, relative = commutators(
        kernels.values[kept], margins[kept].astype(int), images, [field for _, field in unfolded]
    )
    worst, formula, identity = adjoints(kernels.values[kept], images, unfolded)
    both = ("kernel", "field")
    left_out = [name for place, name in enumerate(kernels.names) if place not in kept]
    return xr.Dataset(
        {
            "error": (both, error),
            "relative": (both, relative),
            "worst": (both, worst),
            "formula": (both, formula),
            "identity": ("field", identity),
        },
        coords={
            "width": ("kernel", widths[kept]),
            "gradient": ("field", [field.steepness for _, field in unfolded]),
            "family": ("field", [FAMILIES.index(family) for family, _ in unfolded]),
        },
        attrs={
            "kernels": [kernels.names[place] for place in kept],
            "groups": [kernels.groups[place] for place in kept],
            "family_names": list(FAMILIES),
            "left_out": left_out,
            "folding": len(fields) - len(unfolded),
            "images": len(images),
        },
    )


def fields_of(shape, dilations, amplitudes, lengths, seed):
    """(family, field) for every deformation."""
    rng = np.random.default_rng(seed)
    yield from (("dilation", dilation(epsilon, shape)) for epsilon in dilations)
    for length in lengths:
        for amplitude in amplitudes:
            yield "smooth", smooth(amplitude, length, shape, rng)


def check_left(kept, fields, widths, shape) -> None:
    if not len(kept):
        raise InputError(
            f"no kernel fits in images of {shape[0]}×{shape[1]} pixels with two widths around it "
            f"(the narrowest has a width of {np.nanmin([*widths, np.inf]):.1f} pixels): give "
            "larger images, or a smaller J"
        )
    if not fields:
        raise InputError(
            "every deformation of `analyses.widths` folds the image (|∇τ| ≥ 1): make its "
            "`dilations` and `amplitudes` smaller, or its `lengths` larger"
        )


def commutators(values, margins, images, fields) -> tuple[np.ndarray, np.ndarray]:
    """``error`` and ``relative`` (kernel, field)."""
    slopes = torch.stack(torch.gradient(images, dim=(-2, -1)))
    steepness = float(slopes.square().sum(dim=(0, 2)).mean().sqrt()) or np.nan
    spectra = [spectrum(deform(images, field), values) for field in fields]
    before = spectrum(images, values)
    error, relative = np.empty((2, len(values), len(fields)))
    for row, kernel in enumerate(tqdm(values, desc="kernels", mininterval=2)):
        inside = (..., *[slice(int(margins[row]), -int(margins[row]) or None)] * 2)
        response = filtered(before, kernel, images.shape[-2:])
        fine, usual = refine(response, REFINEMENT), rms(response[inside])
        for column, field in enumerate(fields):
            after = filtered(spectra[column], kernel, images.shape[-2:])
            epsilon = rms((after - read(fine, field))[inside])
            error[row, column] = epsilon / (np.abs(kernel).sum() * steepness)
            relative[row, column] = epsilon / usual if usual else np.nan
    return error, relative


def rms(maps: torch.Tensor) -> float:
    """Of complex maps (sample, 2, y, x), whose channels are the real and the imaginary part."""
    return float(maps.square().sum(dim=1).mean().sqrt())


def spectrum(images: torch.Tensor, values: np.ndarray) -> torch.Tensor:
    """The Fourier transform of `images`, extended symmetrically by the reach of the kernels."""
    reach = [(0, 0), (0, 0), *((side // 2, side // 2) for side in values.shape[-2:])]
    return torch.fft.fft2(torch.from_numpy(np.pad(images.numpy(), reach, mode="symmetric")))


def filtered(extended: torch.Tensor, kernel: np.ndarray, shape) -> torch.Tensor:
    """x⋆w, summed over channels: (sample, 2, y, x), its real and its imaginary part."""
    response = torch.fft.fft2(torch.from_numpy(kernel), s=extended.shape[-2:])
    both = torch.fft.ifft2((extended * response).sum(dim=1))
    y, x = (side - 1 for side in kernel.shape[-2:])
    return torch.view_as_real(both[:, y : y + shape[0], x : x + shape[1]]).movedim(-1, 1)


def adjoints(values, images, fields) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``worst``, ``formula`` (kernel, field) and ``identity`` (field)."""
    shape = tuple(images.shape[-2:])
    w = placed(values, shape)
    x = images[0].sum(dim=0).expand(1, 1, *shape)
    middle = (slice(None), shape[0] // 2, shape[1] // 2)
    worst, formula, identity = [], [], []
    for _, field in fields:
        exact = adjoint(w, field)
        shift = -field.tau[middle]
        worst.append(norms(exact - translate(w, tuple(shift))) / norms(w))
        formula.append(norms(exact - by_change_of_variable(w, field)) / norms(exact))
        identity.append(disagreement(x, w, exact, field))
    return np.stack(worst, axis=1), np.stack(formula, axis=1), np.array(identity)


def disagreement(x, w, exact, field: Field) -> float:
    """The largest |⟨φ_τ x, w⟩ − ⟨x, φ_τ* w⟩| / ‖φ_τ x‖ ‖w‖ of kernels and their parts."""
    moved = deform(x, field)
    difference = (moved * w).sum(dim=(-2, -1)) - (x * exact).sum(dim=(-2, -1))
    lengths = moved.norm() * w.flatten(2).norm(dim=2)
    return float((difference.abs() / lengths.clamp_min(1e-30)).max())


def placed(values: np.ndarray, shape: tuple[int, int]) -> torch.Tensor:
    """Kernels in the middle of an image, (kernel, channel and part, y, x), real and imaginary."""
    parts = np.concatenate([values.real, values.imag], axis=1)
    frame = np.zeros((*parts.shape[:2], *shape))
    into, of = zip(
        *(overlap(*sides) for sides in zip(shape, values.shape[-2:], strict=True)), strict=True
    )
    frame[..., *into] = parts[..., *of]
    return torch.from_numpy(frame)


def overlap(side: int, kernel: int) -> tuple[slice, slice]:
    """Where a kernel lies along an axis, middle on middle: in the image, and in itself."""
    start = side // 2 - kernel // 2
    first, last = max(start, 0), min(start + kernel, side)
    return slice(first, last), slice(first - start, last - start)


def norms(w: torch.Tensor) -> np.ndarray:
    return w.flatten(1).norm(dim=1).numpy()
