"""Squares of one colour on a ground of another: inner × outer.

As in the authors' notebook of M. Aubry and B. Russell, "Understanding deep features with
computer-generated imagery", ICCV 2015. Their colours are not published.
"""

import contextlib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import numpy as np

from scatterlab.data.factors import full_grid
from scatterlab.data.grids import grid_source, height_and_width
from scatterlab.data.source import Source


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The squares of `spec` (`scatterlab.config.squares.Bicolour`), uint8 colour; no archive.

    Where both colours are the same, so is the whole image: the grid is full.
    """
    height, width = height_and_width(spec["size"])
    steps = np.rint(np.linspace(0, 255, spec["levels"])).astype(np.uint8)
    colours = np.array(list(product(steps, repeat=3)), np.uint8)
    names = ["#" + bytes(colour).hex() for colour in colours]
    factors = full_grid({"inner": names, "outer": names})
    side = max(1, round(spec["side"] * min(height, width)))
    top, left = (height - side) // 2, (width - side) // 2

    def draw(sample: int) -> np.ndarray:
        inner, outer = (colours[factors[name].numbers[sample]] for name in ("inner", "outer"))
        image = np.broadcast_to(outer[:, None, None], (3, height, width)).copy()
        image[:, top : top + side, left : left + side] = inner[:, None, None]
        return image

    yield grid_source(factors, "inner", (3, height, width), draw, spec["split"])
