"""Rendered scenes of chairs and cars over a full grid of factors, as Aubry & Russell's of 2015.

M. Aubry and B. Russell, "Understanding deep features with computer-generated imagery", ICCV 2015,
render CAD models; the objects here are parametric, and made by this package.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from math import prod
from pathlib import Path

import numpy as np

from scatterlab.data.factors import Factor, full_grid, in_order
from scatterlab.data.grids import height_and_width, storing_order_of
from scatterlab.data.objects.car import car
from scatterlab.data.objects.chair import chair
from scatterlab.data.objects.render import View, encoded, linear, load_mitsuba, render
from scatterlab.data.objects.solids import fitted
from scatterlab.data.source import TEST, TRAIN, Source
from scatterlab.data.split import drawn_as, seeded_split

OBJECTS = {"chair": chair, "car": car}
VIEW_BYTES = 256_000_000
"""Of the views that are kept for their images to come, at most."""
AFTERWARDS = ("background", "x", "y")
"""Factors of images that are made of one rendering, which the split keeps together."""


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The scenes of `spec` (`scatterlab.config.scenes.Scenes`), uint8 colour; no archive.

    A view, of all factors but ``background``, ``x`` and ``y``, is rendered once, when the first
    of its images is asked for, with the object in the middle; it is laid over each background,
    moved by whole pixels. The images of a class come at random, as far as memory allows. Raises
    `DataError` where Mitsuba is missing.
    """
    mitsuba = load_mitsuba()
    factors = full_grid(levels_of(spec))
    labels = factors["class"].numbers
    split = split_of(factors, spec)
    shape = (3, *height_and_width(spec["size"]))
    kept = max(1, VIEW_BYTES // (16 * shape[1] * shape[2]) // len(spec["classes"]))
    mixed = mixed_views(labels, split, images_per_view(factors), kept, spec["seed"])
    order = storing_order_of(mixed, labels, split)
    draw = drawer(spec, factors, kept * len(spec["classes"]))
    styles = spec["test_styles"]
    decided = {"test_styles": styles} if styles else drawn_as(spec["split"])
    fixed = {name: one.levels[0] for name, one in factors.items() if len(one.levels) == 1}
    yield Source(
        labels=labels[order],
        split=split[order],
        class_names=spec["classes"],
        shape=shape,
        dtype=np.dtype(np.uint8),
        images=lambda wanted: (draw(order[sample]) for sample in wanted),
        provenance={
            "renderer": f"Mitsuba {mitsuba.__version__}, scalar_rgb",
            "rays": spec["samples"],
            "seed": spec["seed"],
            "split": decided,
            "fixed": fixed,
        },
        factors={name: one for name, one in in_order(factors, order).items() if name not in fixed},
    )


def levels_of(spec: Mapping) -> dict[str, list]:
    """The levels of every factor, by name; those of one view vary last."""
    around = spec["first_azimuth"] + 360 * np.arange(spec["azimuths"]) / spec["azimuths"]
    levels = {
        "class": spec["classes"],
        "style": list(range(1, spec["styles"] + 1)),
        "azimuth": around.round(2).tolist(),
        "elevation": spec["elevations"],
        "scale": spec["scales"],
        "light": spec["lights"],
        "colour": spec["colours"],
        "background": spec["backgrounds"],
        "x": spec["x"],
        "y": spec["y"],
    }
    return {name: list(map(without_zeros, values)) for name, values in levels.items()}


def without_zeros(level: str | float) -> str | int | float:
    """45.0 as 45: levels are asked for by name."""
    return int(level) if isinstance(level, float) and level.is_integer() else level


def images_per_view(factors: Mapping[str, Factor]) -> int:
    return prod(len(factors[name].levels) for name in AFTERWARDS)


def split_of(factors: Mapping[str, Factor], spec: Mapping) -> np.ndarray:
    """`TRAIN` or `TEST` for each sample of the grid: by style, or drawn view by view."""
    if spec["test_styles"]:
        first = spec["styles"] - spec["test_styles"]
        return np.where(factors["style"].numbers >= first, TEST, TRAIN)
    together = images_per_view(factors)
    classes = factors["class"]
    views = seeded_split(classes.numbers[::together], classes.levels, spec["split"])
    return np.repeat(views, together)


def mixed_views(
    labels: np.ndarray, split: np.ndarray, together: int, kept: int, seed: int
) -> np.ndarray:
    """All samples at random, but so that of each class and part `kept` views after another do.

    `together` samples after another are of one view.
    """
    random = np.random.default_rng(seed)
    views = random.permutation(len(labels) // together)
    groups = 2 * labels[::together] + split[::together]
    block = np.empty(len(views), np.int64)
    for group in np.unique(groups):
        members = views[groups[views] == group]
        block[members] = np.arange(len(members)) // kept
    return np.lexsort([random.random(len(labels)), np.repeat(block, together)])


def drawer(spec: Mapping, factors: Mapping[str, Factor], kept: int) -> Callable[[int], np.ndarray]:
    """A function from a sample of the grid to its image, (3, y, x) uint8, that keeps views."""
    size, together = height_and_width(spec["size"]), images_per_view(factors)

    def level(name: str, sample: int):
        factor = factors[name]
        return factor.levels[factor.numbers[sample]]

    @lru_cache(maxsize=kept)
    def rendered(view: int) -> np.ndarray:
        sample = view * together
        make = OBJECTS[level("class", sample)]
        solids = fitted(make(level("style", sample) - 1, spec["seed"]))
        seen = View(*(level(name, sample) for name in View.__dataclass_fields__))
        seed = int(np.random.SeedSequence([spec["seed"], view]).generate_state(1)[0])
        return render(solids, seen, size, spec["samples"], seed)

    def draw(sample: int) -> np.ndarray:
        shift = [round(level(name, sample) * side) for name, side in zip("yx", size, strict=True)]
        moved = shifted(rendered(int(sample) // together), *shift)
        background = np.array(linear(level("background", sample)))
        light = moved[..., :3] + (1 - moved[..., 3:]) * background
        return np.moveaxis(encoded(light), -1, 0)

    return draw


def shifted(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """`image` (y, x, …) moved by whole pixels, zeros where nothing came."""
    height, width = image.shape[:2]
    moved = np.zeros_like(image)
    moved[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = image[
        max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)
    ]
    return moved
