"""Black rectangles on white: shape × position.

As in the authors' notebook of M. Aubry and B. Russell, "Understanding deep features with
computer-generated imagery", ICCV 2015: rectangles of 13 aspect ratios. Their sizes and places are
not published.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from scatterlab.data.factors import full_grid
from scatterlab.data.grids import grid_source, height_and_width
from scatterlab.data.source import Source
from scatterlab.errors import DataError


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The rectangles of `spec` (`scatterlab.config.squares.Rectangles`), uint8; no archive.

    Raises `DataError` where a rectangle would leave the image.
    """
    size = height_and_width(spec["size"])
    log_ratios = np.linspace(-1, 1, spec["shapes"]) * np.log(spec["ratio"])
    ratios = np.exp(log_ratios)  # height : width
    sides = min(size) * np.sqrt(spec["area"] * np.stack([ratios, 1 / ratios], axis=1))
    x, y = (places(count, spec["span"]) for count in spec["positions"])
    require_inside(sides, size, (y, x))
    factors = full_grid({"shape": list(map(ratio_name, ratios)), "x": x, "y": y})

    def draw(sample: int) -> np.ndarray:
        height, width = sides[factors["shape"].numbers[sample]]
        down = coverage(size[0], y[factors["y"].numbers[sample]] * size[0], height)
        along = coverage(size[1], x[factors["x"].numbers[sample]] * size[1], width)
        return np.rint(255 * (1 - np.outer(down, along)))[None].astype(np.uint8)

    yield grid_source(factors, "shape", (1, *size), draw, spec["split"])


def places(count: int, span: float) -> list[float]:
    """Centres along an axis, as shares of its length: `count` over `span`, about the middle."""
    spread = np.linspace(-span / 2, span / 2, count) if count > 1 else np.zeros(1)
    return np.round(0.5 + spread, 4).tolist()


def ratio_name(ratio: float) -> str:
    """Height : width in words, the shorter side 1."""
    return f"{ratio:.3g}:1" if ratio >= 1 else f"1:{1 / ratio:.3g}"


def require_inside(sides: np.ndarray, size: tuple[int, int], centres) -> None:
    """Raise `DataError` unless every rectangle (height, width) is inside at all its centres."""
    for axis, name in enumerate("yx"):
        reach = sides[:, axis].max() / 2
        if min(centres[axis]) * size[axis] < reach:
            raise DataError(
                f"rectangles of up to {2 * reach:.1f} pixels along {name} leave an image of "
                f"{size[axis]}: make `area`, `ratio` or `span` smaller"
            )


def coverage(length: int, centre: float, side: float) -> np.ndarray:
    """The share of each of `length` pixels that the interval of `side` about `centre` covers."""
    left = np.arange(length)
    return np.clip(
        np.minimum(left + 1, centre + side / 2) - np.maximum(left, centre - side / 2), 0, 1
    )
