"""Any images in class folders: in a folder on this machine, or in a zip or tar archive."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from scatterlab.data.arrangement import arrange
from scatterlab.data.classes import FileKind
from scatterlab.data.files import Files, open_files
from scatterlab.data.picture import SUFFIXES, Layout, decode, layout_of
from scatterlab.data.source import Source

PICTURES = FileKind("images", SUFFIXES)


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The images of `spec` (`scatterlab.config.datasets.Folder`), decoded when asked for.

    They are uint8, or float32 in [0, 1] if any of them is deeper than 8 bits. In each split the
    classes take turns.
    """
    with open_files(spec, archives) as files:
        arranged = arrange(files, spec, PICTURES)
        names = arranged.names
        with tqdm(names, desc="headers", unit="image", mininterval=1) as bar:
            layouts = [layout_of(files.read(name), files.where(name)) for name in bar]
        dtype = np.dtype(np.float32 if any(layout.deep for layout in layouts) else np.uint8)
        yield Source(
            labels=arranged.labels,
            split=arranged.split,
            class_names=arranged.class_names,
            factors=arranged.factors,
            shape=common_shape(layouts),
            dtype=dtype,
            images=lambda wanted: read_images(files, [names[number] for number in wanted], dtype),
            provenance={"split": arranged.decided, "sides": sides(layouts)},
        )


def read_images(files: Files, names: Sequence[str], dtype: np.dtype) -> Iterator[np.ndarray]:
    """The images `names`, one by one, (channel, y, x) of `dtype`."""
    for name in names:
        image = decode(files.read(name), files.where(name))
        yield image if image.dtype == dtype else image.astype(dtype) / np.iinfo(image.dtype).max


def common_shape(layouts: Sequence[Layout]) -> tuple[int, int, int]:
    """(channel, y, x): colour if half of the images have it, and the median sides."""
    channels = 3 if np.mean([layout.channels == 3 for layout in layouts]) >= 0.5 else 1
    height = int(np.median([layout.height for layout in layouts]))
    width = int(np.median([layout.width for layout in layouts]))
    return channels, height, width


def sides(layouts: Sequence[Layout]) -> dict[str, list[int]]:
    """The least and the greatest height and width, pixels."""
    heights, widths = zip(*((layout.height, layout.width) for layout in layouts), strict=True)
    return {"height": [min(heights), max(heights)], "width": [min(widths), max(widths)]}
