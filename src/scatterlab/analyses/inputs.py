"""The images and the cascade that an analysis looks at."""

from pathlib import Path

import numpy as np
import torch
import xarray as xr

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.intensities import to_intensities
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store


def load_test_images(images: Path, manifest: Path, count: int) -> tuple[torch.Tensor, dict]:
    """`count` test images (all, if there are fewer) spread over the split, and the store's attrs.

    Shape (sample, channel, y, x), float32 in [0, 1]. Raises `StoreError` if the store is damaged.
    """
    store, values = load_split(images, manifest, "test", count)
    return values, store.attrs


def load_labelled(
    images: Path, manifest: Path, split: str, count: int
) -> tuple[torch.Tensor, np.ndarray]:
    """`count` images of a `split`, as `load_test_images` gives them, and their labels."""
    store, values = load_split(images, manifest, split, count)
    return values, store["label"].values


def load_split(
    images: Path, manifest: Path, split: str, count: int
) -> tuple[xr.Dataset, torch.Tensor]:
    """`count` samples spread over a `split`: their part of the store, and their intensities."""
    verify_store(images, manifest)
    store = open_store(images)
    members = np.flatnonzero(store["split"].values == store.attrs["split_names"].index(split))
    chosen = members[np.linspace(0, len(members) - 1, min(count, len(members))).astype(int)]
    part = store.isel(sample=chosen)
    return part, to_intensities(torch.from_numpy(part["images"].values))


def build(spec: dict, images: torch.Tensor, attrs: dict, weights=None) -> tuple[Cascade, str]:
    """The cascade and layer of `spec` for these images."""
    return build_representation(spec, tuple(images.shape[1:]), len(attrs["class_names"]), weights)


def build_deciding(spec: dict, images: torch.Tensor, attrs: dict, weights=None) -> Cascade:
    """The network of `spec`, which decides for a class of these images.

    Raises `ConfigError` if it tells other classes apart.
    """
    network, _ = build(spec, images, attrs, weights)
    outputs, classes = network(images[:1]).shape[1], len(attrs["class_names"])
    if outputs != classes:
        raise ConfigError(
            f"{weights}: the network tells {outputs} classes apart, and the images "
            f"({attrs['title']}) have {classes}; `analyses.representations` must name networks "
            "that are trained on these images"
        )
    return network


def fitting(scales: list[int], images: torch.Tensor) -> list[int]:
    """The scales J of which 2^J is at most the smaller side of the images."""
    return [J for J in scales if min(images.shape[-2:]) >= 2**J]


def at_scales(spec: dict, scales: list[int], images, attrs, weights=None) -> dict:
    """Scale J → (cascade, layer): for a scattering its own and `scales`, else one under 0."""
    if "J" not in spec:
        return {0: build(spec, images, attrs, weights)}
    wanted = sorted({spec["J"], *fitting(scales, images)})
    return {J: build({**spec, "J": J}, images, attrs, weights) for J in wanted}
