"""Factors that images were made by, and full grids of their levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Factor:
    """What a factor's `levels` are, and which of them each sample has: `numbers`, (sample,)."""

    levels: list[str | int | float]
    numbers: np.ndarray


def full_grid(levels: Mapping[str, Sequence]) -> dict[str, Factor]:
    """Every combination of the `levels` of each factor, once; the last factor varies fastest."""
    shape = [len(values) for values in levels.values()]
    numbers = np.indices(shape).reshape(len(shape), prod(shape))
    return {
        name: Factor(list(values), row)
        for (name, values), row in zip(levels.items(), numbers, strict=True)
    }


def in_order(factors: Mapping[str, Factor], order: np.ndarray) -> dict[str, Factor]:
    """The factors of the samples `order`."""
    return {name: Factor(one.levels, one.numbers[order]) for name, one in factors.items()}
