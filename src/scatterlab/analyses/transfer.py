"""Whether examples that are adversarial to one model are so to another.

Szegedy et al., "Intriguing properties of neural networks", ICLR 2014, §4.2: other models, and the
same one trained on other images.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.adversarial import error_rate
from scatterlab.analyses.noise import shaped, with_noise

CHANGES = ("L-BFGS", "noise")
"""The axis ``change``: an attack, and noise of the same size."""


def transferred(
    model: torch.nn.Module,
    examples: Mapping[str, xr.Dataset],
    *,
    magnified: Sequence[float],
    seed: int,
) -> xr.Dataset:
    """The errors of a model on examples that were made for others.

    `model` maps images (sample, channel, y, x) to scores (sample, class); `examples` are, by the
    name of what they were made for, what `analyses.adversarial.adversarial_examples` gives.
    ``error`` (size, change, source) is the share that is decided wrongly of those images for which
    an example was found, ``before`` (source) that of the images themselves, ``count`` (source) how
    many there are; without any, errors are NaN. Along ``size`` come the changes as they are, and
    magnified to each distortion √(Σ(x' − x)²/n) of `magnified`, as far as [0, 1] leaves room.
    Attributes: ``changes``, ``sources`` and ``magnified``.
    """
    shape = (1 + len(magnified), len(CHANGES), len(examples))
    error, before = np.full(shape, np.nan), np.full(len(examples), np.nan)
    count = np.zeros(len(examples), np.int64)
    for place, store in enumerate(examples.values()):
        found = np.isfinite(of(store, "distortion", "L-BFGS"))
        count[place] = found.sum()
        if found.any():
            images, labels = (
                torch.from_numpy(store[name].values[found]) for name in ("images", "label")
            )
            before[place] = error_rate(model, images, labels)
            given = [torch.from_numpy(of(store, "examples", change)[found]) for change in CHANGES]
            sets = [given, *(magnify(images, given[0], size, seed) for size in magnified)]
            for row, pair in enumerate(sets):
                error[row, :, place] = [error_where_any(model, one, labels) for one in pair]
    return xr.Dataset(
        {
            "error": (("size", "change", "source"), error),
            "before": ("source", before),
            "count": ("source", count),
        },
        attrs={
            "changes": list(CHANGES),
            "sources": list(examples),
            "magnified": list(magnified),
        },
    )


def of(store: xr.Dataset, name: str, change: str) -> np.ndarray:
    """The part of a variable that belongs to one change."""
    return store[name].values[store.attrs["changes"].index(change)]


def magnify(images, examples, distortion: float, seed: int) -> list[torch.Tensor]:
    """The changes of `examples` at another distortion, and noise of it, within [0, 1]."""
    change = examples - images
    sizes = torch.full((len(images),), distortion * math.sqrt(images[0].numel()))
    scale = shaped(sizes / change.flatten(1).norm(dim=1))
    return [(images + scale * change).clamp(0, 1), with_noise(images, sizes, seed)]


def error_where_any(model, examples, labels) -> float:
    """The error on the examples that are not NaN: noise has not always room."""
    there = ~examples.flatten(1).isnan().any(dim=1)
    return error_rate(model, examples[there], labels[there]) if there.any() else math.nan
