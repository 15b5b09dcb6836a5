"""The steps of a transform in plain torch, on any device and in any precision.

The same steps as `triton_steps`, from the same tables.
"""

import torch

from scatterlab.engines.gpu.banded import Banded
from scatterlab.engines.gpu.products import POINTS, Product


def multiply(spectra: torch.Tensor, product: Product, out: torch.Tensor) -> None:
    """Write the children's spectra, complex (image, place, *coarse), into `out`.

    `spectra` are the parents' half spectra, complex (image, parent, y, x//2 + 1) on the fine
    lattice.
    """
    child, block = pairs(product)
    index, mirrored = half_index(*frequencies(product, block), product.fine)
    parent, _, place = product.children.long().T
    found = spectra.flatten(2)[:, parent[child, None], index]
    found = torch.where(mirrored, found.conj(), found) * product.values[block]
    tiles = product.block_at.shape[2]
    folded = spectra.new_zeros(len(spectra), len(parent) * tiles, POINTS)
    folded.index_add_(1, child * tiles + product.tiles[block], found)
    folded = folded.reshape(len(spectra), len(parent), -1)
    out[:, place] = folded[..., : out[0, 0].numel()].unflatten(2, product.coarse)


def multiply_adjoint(
    gradients: torch.Tensor, product: Product, out: torch.Tensor, accumulate: bool
) -> None:
    """Write, or add, into `out` the half spectra H of the parents' gradients.

    `gradients` are those of the children's spectra. The gradient of a parent's signal is the
    inverse transform of H, without the factor 1/samples.
    """
    child, block = pairs(product)
    parent, _, place = product.children.long().T
    point = product.tiles[block, None] * POINTS + torch.arange(POINTS, device=out.device)
    inside = point < product.coarse[0] * product.coarse[1]
    found = gradients.flatten(2)[:, place[child, None], torch.where(inside, point, 0)]
    found = found * product.values[block].conj() * (inside / 2)
    (height, width), (y, x) = product.fine, frequencies(product, block)
    total = torch.zeros_like(out)
    for at_y, at_x, part in ((y, x, found), (-y % height, -x % width, found.conj())):
        stored = 2 * at_x <= width
        at = (parent[child, None] * height + at_y) * (width // 2 + 1) + at_x
        total.flatten(1).index_add_(1, at[stored], part[:, stored])
    out.copy_(out + total if accumulate else total)


def pairs(product: Product) -> tuple[torch.Tensor, torch.Tensor]:
    """Every child with every block of its filter: both int64 (pair,)."""
    tiles = product.block_at.shape[2]
    of_filter = product.first[::tiles].long()
    number = product.children[:, 1].long()
    first, counts = of_filter[number], of_filter.diff()[number]
    child = torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)
    before = counts.cumsum(0) - counts
    return child, torch.arange(len(child), device=counts.device) + (first - before)[child]


def frequencies(product: Product, block: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The frequencies (y, x) of the fine lattice in each `block`, int64 (block, POINTS)."""
    height, width = product.coarse
    across = product.fine[1] // width
    alias = product.aliases[block].long()[:, None]
    points = torch.arange(POINTS, device=block.device)
    point = (product.tiles[block].long()[:, None] * POINTS + points).clamp(max=height * width - 1)
    return point // width + alias // across * height, point % width + alias % across * width


def half_index(y, x, shape: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a half spectrum holds the frequency (y, x), and whether as its conjugate."""
    height, width = shape
    mirrored = 2 * x > width
    y = torch.where(mirrored, -y % height, y)
    x = torch.where(mirrored, width - x, x)
    return y * (width // 2 + 1) + x, mirrored


def average(
    signals: torch.Tensor,
    matrix: Banded,
    out: torch.Tensor,
    *,
    take: torch.Tensor,
    put: torch.Tensor,
    accumulate: bool = False,
) -> None:
    """Write, or add, matrix·U along the last axis into places `put` of `out`.

    U is the modulus of places `take` of `signals`, (image, place, row, column), if they are
    complex, and else they themselves. `out` is real (image, place, row, row of the matrix).
    """
    chosen = signals[:, take.long()]
    chosen = chosen.abs() if chosen.is_complex() else chosen
    window = torch.arange(matrix.weights.shape[1], device=signals.device)
    index = (matrix.starts.long()[:, None] + window) % matrix.columns
    # never with TF32, whatever the user has set: a sum in double precision where that could be
    exact = torch.float64 if signals.is_cuda else chosen.dtype
    found = torch.einsum(
        "...tw,twr->...tr",
        chosen[..., index].to(exact),
        matrix.weights.expand(len(index), -1, -1).to(exact),
    )
    found = found.flatten(-2)[..., : matrix.rows].to(out.dtype)
    out[:, put.long()] = out[:, put.long()] + found if accumulate else found


def modulus_adjoint(signals: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """The gradient of complex z for the `gradients` of |z|: g·z/|z|, and 0 where z is."""
    return signals.sgn() * gradients
