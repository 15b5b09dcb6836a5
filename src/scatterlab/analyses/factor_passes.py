"""Passes over the images of a grid, which gather the moments of the features of layers.

Features may be many, and the images more than memory holds: a batch of them is there at a time,
and the sums of as many features as memory is given for.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.factor_grid import Grid
from scatterlab.analyses.level_sums import LevelSums, Moments, bytes_of
from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.intensities import to_intensities
from scatterlab.errors import InputError

SUM_BYTES = 256_000_000
"""Bytes of sums that one pass over the images keeps, about; more features take more passes."""
BATCH_BYTES = 64_000_000
"""Bytes of features in float64 that one batch makes, about."""


def moments_of(
    cascade: Cascade, layers: Sequence[str], images: xr.DataArray, grid: Grid, sum_bytes: int
) -> list[Moments]:
    """The moments of each of `layers` over a grid, in as many passes as memory asks for."""
    levels = [len(grid.present(place)) for place in range(len(grid.factors))]
    numbers = torch.from_numpy(grid.compact())
    found: dict[str, Moments] = {}
    for blocks in passes(sizes_of(cascade, layers), levels, sum_bytes):
        sums: list[LevelSums] = []
        done = 0
        for features in batches(cascade, [layer for layer, _ in blocks], images, grid.samples):
            parts = [features[layer][:, part] for layer, part in blocks]
            sums = sums or [LevelSums(levels, part[0]) for part in parts]
            count = len(parts[0])
            for one, part in zip(sums, parts, strict=True):
                one.add(part, numbers[done : done + count])
            done += count
        for (layer, _), one in zip(blocks, sums, strict=True):
            moments = finite(one.moments(), layer)
            found[layer] = found[layer] + moments if layer in found else moments
    return [found[layer] for layer in layers]


def finite(moments: Moments, layer: str) -> Moments:
    """`moments` unless features overflowed: then raises `InputError`."""
    if not np.isfinite(moments.total):
        raise InputError(f"the features of layer {layer!r} are not finite: leave it out (`layers`)")
    return moments


def passes(
    sizes: Sequence[tuple[str, int]], levels: Sequence[int], limit: int
) -> Iterator[list[tuple[str, slice]]]:
    """Blocks of the features of layers, for each pass those whose sums take up to `limit` bytes.

    `sizes` are the layers with their numbers of features.
    """
    most = max(1, limit // bytes_of(levels, 1))
    blocks, room = [], most
    for layer, features in sizes:
        start = 0
        while start < features:
            stop = min(features, start + room)
            blocks.append((layer, slice(start, stop)))
            room -= stop - start
            start = stop
            if not room:
                yield blocks
                blocks, room = [], most
    if blocks:
        yield blocks


def sizes_of(cascade: Cascade, layers: Sequence[str]) -> list[tuple[str, int]]:
    """Each layer with its number of features."""
    with torch.inference_mode():
        blank = torch.zeros(1, *cascade.image_shape, device=device_of(cascade))
        maps = cascade.maps_of(blank, layers)
    return [(layer, maps[layer].numel()) for layer in layers]


def batches(
    cascade: Cascade, layers: Sequence[str], images: xr.DataArray, samples: np.ndarray
) -> Iterator[dict[str, torch.Tensor]]:
    """The features of `layers` for `samples`, batch by batch, each (sample, feature)."""
    layers, device = list(dict.fromkeys(layers)), device_of(cascade)
    features = sum(count for _, count in sizes_of(cascade, layers))
    size = int(np.clip(BATCH_BYTES // (8 * features), 1, 64))
    for start in range(0, len(samples), size):
        read = torch.from_numpy(images[samples[start : start + size]].values)
        with torch.inference_mode():
            maps = cascade.maps_of(to_intensities(read.to(device)), layers)
        yield {layer: values.flatten(1).cpu() for layer, values in maps.items()}


def device_of(cascade: Cascade) -> torch.device:
    """Where the weights are; the processor for a cascade that has none."""
    return next((weight.device for weight in cascade.parameters()), torch.device("cpu"))
