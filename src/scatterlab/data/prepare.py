"""From archives to the images store: one labelled array with one size and one colour.

Sounds are images of height 1, which their reader has brought to one length.
"""

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from tqdm import tqdm

from scatterlab.data.colour import channels_of, to_channels
from scatterlab.data.factors import in_order
from scatterlab.data.meaning import array_attributes, sample_coordinates
from scatterlab.data.registry import open_source
from scatterlab.data.resize import fit_image
from scatterlab.data.rotate import rotated_images
from scatterlab.data.source import SPLIT_NAMES, Source
from scatterlab.stores.manifest import sha256, write_manifest
from scatterlab.stores.writer import StoreWriter


def prepare_dataset(
    spec: Mapping,
    archives: Mapping[str, Path],
    store: str | os.PathLike,
    manifest: str | os.PathLike,
) -> None:
    """Read, fit and store the data set that `spec` describes.

    Parameters
    ----------
    spec : a section of `scatterlab.config.datasets`, as a mapping with all its keys.
    archives : ``file`` of each of its archives → local path, in the order of the configuration.
    store : the Zarr store to make: ``images`` (sample, channel, y, x), uint8 (value/255 is meant)
        or float32 in [0, 1] (of sounds: full scale in [−1, 1]); coordinates ``sample``,
        ``label``, ``split`` (0 train, 1 test; training samples first); attributes
        ``class_names``, ``split_names``, ``title``, ``provenance``, and the ``rate`` of sounds in
        Hz. Of images that were made by factors, also the level that each has, an integer
        coordinate ``factor_<name>``, and the attribute ``factors``, {name: [levels]}.
    manifest : the JSON manifest, written last.

    Raises `DataError` for anything wrong in the data; then `store` is as it was before.
    """
    with open_source(spec, archives) as source:
        kept = first_of_each_split(source.split, spec.get("limit"))
        colour, size = spec.get("colour", "keep"), spec.get("size")
        shape = (channels_of(colour, source.shape[0]), *target_size(size, source))
        provenance = provenance_of(spec, archives, source)
        with StoreWriter(
            store,
            "images",
            shape=(len(kept), *shape),
            dims=("sample", "channel", "y", "x"),
            dtype=source.dtype,
            coords=sample_coordinates(
                source.labels[kept], source.split[kept], in_order(source.factors, kept)
            ),
            attrs={
                "class_names": source.class_names,
                "split_names": list(SPLIT_NAMES),
                "title": spec["title"],
                "provenance": provenance,
                **factor_levels(source),
                **source.attrs,
            },
            meaning=array_attributes(source.dtype, sounds="rate" in source.attrs),
        ) as writer:
            images = fitted_images(source, kept, shape, spec.get("fit"))
            if rotation := spec.get("rotate"):
                images = rotated_images(images, kept, source.split[kept], rotation)
            while batch := list(itertools.islice(images, writer.chunks[0])):
                writer.append(np.stack(batch))
    write_manifest(store, manifest, parameters=provenance)


def first_of_each_split(split: np.ndarray, limit: int | None) -> np.ndarray:
    """The sample numbers that are kept: the first `limit` of each split, or all."""
    numbers = [np.flatnonzero(split == part)[:limit] for part in range(len(SPLIT_NAMES))]
    return np.concatenate(numbers)


def target_size(size, source: Source) -> tuple[int, int]:
    """(height, width): `size` (one number, two, or None), or else that of the source."""
    if size is None:
        return source.shape[1:]
    return (size, size) if isinstance(size, int) else tuple(size)


def fitted_images(source: Source, kept: np.ndarray, shape, fit) -> Iterator[np.ndarray]:
    """The images `kept`, one by one, all of `shape` (channel, y, x)."""
    images = source.images(kept)
    with tqdm(images, total=len(kept), desc="samples", unit="sample", mininterval=1) as bar:
        for image in bar:
            yield fit_image(to_channels(image, shape[0]), shape[1:], fit)


def factor_levels(source: Source) -> dict:
    """The attribute ``factors`` of the store, if there are any."""
    levels = {name: factor.levels for name, factor in source.factors.items()}
    return {"factors": levels} if levels else {}


def provenance_of(spec: Mapping, archives: Mapping[str, Path], source: Source) -> dict:
    """Where the data come from and what was decided about them."""
    urls = {archive["file"]: archive.get("url") for archive in spec["archives"]}
    keys = (
        "format",
        "path",
        "size",
        "fit",
        "colour",
        "rotate",
        "rate",
        "length",
        "channels",
        "limit",
    )
    decided = {key: spec.get(key) for key in keys}
    return {
        **{key: value for key, value in decided.items() if value is not None},
        **source.provenance,
        "shape": list(source.shape),
        "archives": [
            {"file": file, "url": urls[file], "sha256": sha256(Path(path))}
            for file, path in archives.items()
        ],
    }
