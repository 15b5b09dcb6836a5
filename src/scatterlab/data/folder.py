"""Any images in class folders: in a folder on this machine, or in a zip or tar archive."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from scatterlab.data.classes import sort_into_classes
from scatterlab.data.files import LocalFiles
from scatterlab.data.picture import Layout, decode, layout_of
from scatterlab.data.source import Source, archive_paths
from scatterlab.data.split import drawn_as, seeded_split, storing_order
from scatterlab.data.unpack import Members, open_archive

Files = LocalFiles | Members


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The images of `spec` (`scatterlab.config.datasets.Folder`), decoded when asked for.

    They are uint8, or float32 in [0, 1] if any of them is deeper than 8 bits. In each split the
    classes take turns.
    """
    with open_files(spec, archives) as files:
        found = sort_into_classes(
            files.names,
            str(files.path),
            spec.get("root") or "",
            spec.get("class_pattern"),
            spec.get("exclude") or (),
        )
        split = found.split
        if split is None:
            split = seeded_split(found.labels, found.class_names, spec["split"])
        order = storing_order(found.labels, split)
        names = [found.names[number] for number in order]
        with tqdm(names, desc="headers", unit="image", mininterval=1) as bar:
            layouts = [layout_of(files.read(name), files.where(name)) for name in bar]
        dtype = np.dtype(np.float32 if any(layout.deep for layout in layouts) else np.uint8)
        yield Source(
            labels=found.labels[order],
            split=split[order],
            class_names=found.class_names,
            shape=common_shape(layouts),
            dtype=dtype,
            images=lambda wanted: read_images(files, [names[number] for number in wanted], dtype),
            provenance={
                "split": "by folder" if found.split is not None else drawn_as(spec["split"]),
                "sides": sides(layouts),
            },
        )


@contextlib.contextmanager
def open_files(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Files]:
    """The files in the folder ``path``, or in the one archive."""
    if spec.get("path"):
        yield LocalFiles(spec["path"])
    else:
        (path,) = archive_paths(archives, 1, "a zip or tar of images")
        with open_archive(path) as members:
            yield members


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
