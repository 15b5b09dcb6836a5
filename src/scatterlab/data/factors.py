"""Factors that images were made by, and full grids of their levels."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from scatterlab.data.natural import natural
from scatterlab.errors import DataError


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


def factors_in_names(names: Sequence[str], pattern: str, place: str) -> dict[str, Factor]:
    """What the named groups of `pattern` match in the `names` of files, in natural order.

    Raises `DataError`, beginning with `place`, for a name that the pattern is not found in.
    """
    found = [re.search(pattern, name) for name in names]
    for name, match in zip(names, found, strict=True):
        if match is None or None in match.groups():
            raise DataError(
                f"{place}: {name}: `factors` {pattern!r} does not match this name; mend the "
                "pattern, or leave the file out"
            )
    factors = {}
    for factor in re.compile(pattern).groupindex:
        taken = [match[factor] for match in found]
        levels = sorted(set(taken), key=natural)
        place_of = {level: number for number, level in enumerate(levels)}
        factors[factor] = Factor(levels, np.array([place_of[level] for level in taken], np.int64))
    return factors
