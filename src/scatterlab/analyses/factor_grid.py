"""Full grids of the factors that images were made by: which image has which levels.

The store of images has an integer coordinate ``factor_<name>`` along ``sample`` for each factor,
and the attribute ``factors``, {name: [levels]}. Averages over a grid tell factors apart only if
every combination of levels is there, and once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

import numpy as np
import xarray as xr

from scatterlab.errors import ConfigError, DataError, suggest

NAMED = 3
"""Combinations that a message names."""


@dataclass(frozen=True)
class Factor:
    """A factor with the names of its `levels`, and each sample's level: `numbers`, (sample,)."""

    name: str
    levels: tuple[str, ...]
    numbers: np.ndarray


@dataclass(frozen=True)
class Grid:
    """Images of a full grid.

    `samples` are their places in the store, (sample,); `factors` are what varies, each with the
    level of each of them; `name` says what was held fixed, for instance ``class=chair``.
    """

    name: str
    samples: np.ndarray
    factors: tuple[Factor, ...]

    def present(self, place: int) -> np.ndarray:
        """The numbers of the levels that factor `place` takes, ascending."""
        return np.unique(self.factors[place].numbers)

    def compact(self) -> np.ndarray:
        """Each image's levels, (sample, factor), numbered among those that are present."""
        columns = [
            np.searchsorted(self.present(place), factor.numbers)
            for place, factor in enumerate(self.factors)
        ]
        return np.stack(columns, axis=1)


def read_grids(
    store: xr.Dataset,
    combined: Mapping[str, Sequence[str]] | None = None,
    fixed: Mapping[str, str | float] | None = None,
    within: Sequence[str] = (),
) -> list[Grid]:
    """The grids in a store of images: one, or one for each combination of levels of `within`.

    `combined` makes one factor of several, as ``{"position": ["x", "y"]}``; `fixed` keeps the
    images of one level of a factor. What is neither fixed nor in `within` varies.

    Raises `DataError` for images without factors, or a grid with holes or with duplicates, and
    `ConfigError` for a factor or a level that is not there, or a factor that is named twice.
    """
    factors = factors_of(store)
    combined, fixed = dict(combined or {}), dict(fixed or {})
    check_names(factors, combined, fixed, within)
    samples = np.arange(store.sizes["sample"])
    for name, level in fixed.items():
        samples = samples[factors[name].numbers[samples] == level_number(factors[name], level)]
    members = {member for names in combined.values() for member in names}
    single = [name for name in factors if name not in {*members, *fixed, *within}]
    varied = [factors[name] for name in single]
    varied += [together(name, [factors[one] for one in names]) for name, names in combined.items()]
    if not varied:
        raise ConfigError("analyses.factors.grids: no factor is left to vary; fix fewer of them")
    held = [factors[name] for name in within]
    grids = [
        Grid(name, part, tuple(Factor(f.name, f.levels, f.numbers[part]) for f in varied))
        for name, part in parts(samples, held)
    ]
    for grid in grids:
        check_full(grid, whole=not within)
    return grids


def factors_of(store: xr.Dataset) -> dict[str, Factor]:
    """The factors of a store of images by name. Raises `DataError` if there are none."""
    levels = store.attrs.get("factors")
    if not levels:
        raise DataError(
            f"{store.attrs.get('title', 'these images')}: no factors are known of them; take a "
            "data set over a grid of factors, of format scenes, rectangles or bicolour, or with "
            "`factors` in the names of files, for `analyses.factors.datasets`"
        )
    return {
        name: Factor(name, tuple(map(str, names)), store[f"factor_{name}"].values)
        for name, names in levels.items()
    }


def check_names(factors, combined, fixed, within) -> None:
    """Raise `ConfigError` for a factor that is not there, or is named twice."""
    named = [("fixed", name) for name in fixed] + [("within", name) for name in within]
    named += [(f"combined.{key}", name) for key, names in combined.items() for name in names]
    seen = set()
    for where, name in named:
        where = f"analyses.factors.grids: {where}"
        if name not in factors:
            raise ConfigError(f"{where}: no factor {name!r} here; {suggest(name, factors)}")
        if name in seen:
            raise ConfigError(f"{where}: factor {name!r} is named twice; name it once")
        seen.add(name)


def level_number(factor: Factor, level: str | float) -> int:
    """The number of a level, given as it is written in the store."""
    if str(level) not in factor.levels:
        raise ConfigError(
            f"analyses.factors.grids: fixed: factor {factor.name!r} has no level {level!r}; "
            f"{suggest(str(level), factor.levels)}"
        )
    return factor.levels.index(str(level))


def together(name: str, members: Sequence[Factor]) -> Factor:
    """One factor whose levels are the combinations of those of several."""
    levels = product(*(factor.levels for factor in members))
    shape = [len(factor.levels) for factor in members]
    numbers = np.ravel_multi_index([factor.numbers for factor in members], shape)
    return Factor(name, tuple(", ".join(level) for level in levels), numbers)


def parts(samples: np.ndarray, held: Sequence[Factor]) -> Iterator[tuple[str, np.ndarray]]:
    """The samples of each combination of the levels of `held`, with its name; of none, all."""
    for numbers in product(*(np.unique(factor.numbers[samples]).tolist() for factor in held)):
        kept = np.ones(len(samples), bool)
        for factor, number in zip(held, numbers, strict=True):
            kept &= factor.numbers[samples] == number
        name = ", ".join(
            f"{factor.name}={factor.levels[number]}"
            for factor, number in zip(held, numbers, strict=True)
        )
        if kept.any():
            yield name, samples[kept]


def check_full(grid: Grid, whole: bool) -> None:
    """Raise `DataError` unless every combination of levels is there, and once.

    With `whole` they are all levels that the factors have, else those that occur in the grid: a
    class may have styles of its own.
    """
    taken = [
        np.arange(len(factor.levels)) if whole else grid.present(place)
        for place, factor in enumerate(grid.factors)
    ]
    shape = [len(levels) for levels in taken]
    places = [
        np.searchsorted(levels, factor.numbers)
        for levels, factor in zip(taken, grid.factors, strict=True)
    ]
    codes, counts = np.unique(np.ravel_multi_index(places, shape), return_counts=True)
    where = f"the grid of factors{f' of {grid.name}' if grid.name else ''}"
    if (counts > 1).any():
        several = codes[counts > 1]
        raise DataError(
            f"{where}: {len(several):,} combinations of levels have several images, as "
            f"{written(grid, taken, several[:NAMED])}; name what tells them apart as a factor of "
            "the data set, or leave the copies out"
        )
    if missing := prod(shape) - len(codes):
        known = set(codes.tolist())
        first = islice((code for code in range(prod(shape)) if code not in known), NAMED)
        raise DataError(
            f"{where} has holes: {missing:,} of {prod(shape):,} combinations of levels have no "
            f"image, as {written(grid, taken, first)}; give the whole data set, without `limit`, "
            "or name what varies differently in `analyses.factors.grids`"
        )


def written(grid: Grid, taken: Sequence[np.ndarray], codes: Iterable[int]) -> str:
    """Combinations of the levels `taken`, by their numbers in order, in words."""
    shape = [len(levels) for levels in taken]
    rows = (zip(grid.factors, taken, np.unravel_index(code, shape), strict=True) for code in codes)
    return ", ".join(
        "(" + ", ".join(f"{one.name}={one.levels[levels[at]]}" for one, levels, at in row) + ")"
        for row in rows
    )
