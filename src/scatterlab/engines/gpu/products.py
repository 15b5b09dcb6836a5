"""Spectra times wavelets, folded onto a coarser lattice: the tables of one such step.

A wavelet is zero, to the working precision, on most frequencies. A fine lattice's frequencies are
the coarse lattice's, each with its aliases; both are cut into tiles of `POINTS` frequencies of the
coarse lattice, and of each wavelet only those blocks (alias, tile) are kept that are not zero.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np
import torch

from scatterlab.engines.gpu.schedule import Feed
from scatterlab.engines.tree import Tree

POINTS = 128
TOGETHER = 8
"""At most so many children of one parent are computed together, while its spectrum is at hand."""


@dataclass(frozen=True)
class Product:
    """One step Z[child] = Σ_aliases X[parent]·ψ̂, tables on one device.

    X is the half spectrum of a real signal on the lattice `fine`, Z a spectrum on `coarse`.
    Integers are int32, (y, x) both shapes; lattices of one axis have y = 1.

    Attributes
    ----------
    fine, coarse : lattices of parents and children.
    values : (block, POINTS) ψ̂ over the number of samples of `fine`, real or complex: the
        weights of the mean over aliases and of the inverse transform are in it.
    aliases : (block,) which alias: its number along y times the number of them along x, plus
        its number along x. Blocks are sorted by filter, then tile, then alias.
    tiles : (block,) which tile.
    first : (filter·tile + 1,) the first block of each filter and tile.
    block_at : (filter, alias, tile) the block there, −1 where the filter is zero.
    children : (child, 3) place of the parent, filter, place of the child; sorted by parent.
    jobs : (job, 2) first and past-the-last of at most `TOGETHER` children of one parent.
    of_parent : (parent + 1,) first child of each parent.
    """

    fine: tuple[int, int]
    coarse: tuple[int, int]
    values: torch.Tensor
    aliases: torch.Tensor
    tiles: torch.Tensor
    first: torch.Tensor
    block_at: torch.Tensor
    children: torch.Tensor
    jobs: torch.Tensor
    of_parent: torch.Tensor


def product_of(
    tree: Tree, feed: Feed, level: int, parents: int, device: torch.device, dtype: torch.dtype
) -> Product:
    """The step of `feed`, for `parents` of them, onto the lattice of `level`; `dtype` is real."""
    fine, coarse = planar(tree.lattice(feed.before)), planar(tree.lattice(level))
    cut = [blocks_of(tree.filter(node), fine, coarse, dtype) for node in feed.filters]
    present = np.stack([mask for mask, _ in cut])
    values = np.concatenate([block for _, block in cut])
    _, tiles, aliases = np.nonzero(present)
    counts = present.sum(axis=2).ravel()
    block_at = np.full(present.shape, -1)
    block_at[present] = np.arange(len(values))
    of_parent = np.searchsorted(feed.children[:, 0], np.arange(parents + 1))

    def table(array) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.int32)).to(device)

    precision = dtype.to_complex() if np.iscomplexobj(values) else dtype
    return Product(
        fine=fine,
        coarse=coarse,
        values=torch.from_numpy(values).to(device, precision),
        aliases=table(aliases),
        tiles=table(tiles),
        first=table(np.concatenate([[0], np.cumsum(counts)])),
        block_at=table(block_at.transpose(0, 2, 1)),
        children=table(feed.children),
        jobs=table(jobs_of(of_parent)),
        of_parent=table(of_parent),
    )


def planar(shape: tuple[int, ...]) -> tuple[int, int]:
    """A lattice of one or two axes as (y, x)."""
    return (1, *shape)[-2:]


def blocks_of(psi, fine, coarse, dtype: torch.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Which (tile, alias) of a filter on `fine` are not zero, and its values there.

    Zero is what `dtype` cannot tell from zero beside the filter's largest value.
    """
    ratio = [size // fewer for size, fewer in zip(fine, coarse, strict=True)]
    folded = psi.reshape(ratio[0], coarse[0], ratio[1], coarse[1]).transpose(0, 2, 1, 3)
    folded = folded.reshape(prod(ratio), prod(coarse)) / prod(fine)
    tiles = -(-folded.shape[1] // POINTS)
    folded = np.pad(folded, ((0, 0), (0, tiles * POINTS - folded.shape[1])))
    folded = folded.reshape(-1, tiles, POINTS).transpose(1, 0, 2)
    largest = np.abs(folded).max(axis=2)
    present = largest > torch.finfo(dtype).eps * largest.max()
    kept = folded[present]
    single = np.complex64 if np.iscomplexobj(kept) else np.float32
    return present, kept.astype(single) if dtype == torch.float32 else kept


def jobs_of(of_parent: np.ndarray) -> list[tuple[int, int]]:
    """Runs of at most `TOGETHER` children of one parent, as (first, past the last)."""
    return [
        (first, min(first + TOGETHER, stop))
        for start, stop in pairwise(of_parent)
        for first in range(start, stop, TOGETHER)
    ]
