"""Discriminability by layer, beside the stability of the same layer.

A representation that is stable has thrown something away. Whether classes are still apart in it is
asked in three ways, each of the features of a layer as they are: distances within and between
classes, the nearest neighbour, and a linear classifier.
"""

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.fields import deform, smooth
from scatterlab.analyses.gram import centred, gram, linear_decisions, squared_distances
from scatterlab.analyses.ratio import noise_like
from scatterlab.cascades.cascade import Cascade
from scatterlab.classifiers.evaluate import wilson_interval
from scatterlab.errors import InputError

BATCH = 50
CLASSIFIERS = ("nearest", "linear")
CHANGES = ("deformation", "noise")
FIELDS = 4
"""Random deformations, each of as many images."""


def separability(
    cascade: Cascade,
    layers: Sequence[str],
    train: tuple[torch.Tensor, np.ndarray],
    test: tuple[torch.Tensor, np.ndarray],
    *,
    amplitude: float,
    width: float,
    noise: float,
    changed: int,
    seed: int = 0,
) -> xr.Dataset:
    """How far apart classes are in each layer, and how far small changes of the image move it.

    `train` and `test` are images (sample, channel, y, x) and labels (sample,). In each layer, for
    features f_i of the training images, of mean m, class means m_c and n_c images a class:

    ``within`` W = (1/n) Σ_i ‖f_i − m_c(i)‖²; ``between`` B = (1/n) Σ_c n_c ‖m_c − m‖²; W + B is
        the total variance T
    ``error`` (classifier, layer)  share of test images that the nearest training image
        (``nearest``), and ridge regression of the classes' indicators (``linear``), decide
        wrongly for; ``low`` and ``high`` bound it with 95 % (Wilson)
    ``moved`` (change, layer)     root mean square of ‖Φ(x') − Φ(x)‖, over √T: a change of √2 is
        as large as the distance of two images
    ``relative`` (change, layer)   mean of ‖Φ(x') − Φ(x)‖ / ‖Φ(x)‖

    x' is each of the first `changed` test images deformed by a random smooth field of `amplitude`
    |τ|_∞ and correlation length `width`, in pixels; or with white noise of root mean square
    `noise` added. In a layer that is constant T is 0 and changes are NaN. Raises `InputError` if
    the training images are of one class.
    """
    if len(np.unique(train[1])) < 2:
        raise InputError(
            "the training images are of one class: what tells classes apart cannot be measured; "
            "leave the data set out of `analyses.separability.datasets`"
        )
    images, labels = torch.cat([train[0], test[0]]), np.concatenate([train[1], test[1]])
    members, asked = np.split(np.arange(len(labels)), [len(train[1])])
    maps = features(cascade, layers, images)
    altered = [
        features(cascade, layers, x)
        for x in (
            deformed(test[0][:changed], amplitude, width, seed),
            test[0][:changed] + noise_like(test[0][:changed], noise, seed),
        )
    ]
    columns = {name: [] for name in ("within", "between", "wrong", "moved", "relative")}
    for layer in layers:
        found = maps.pop(layer)
        K = gram(found)
        within, between = scatter(K, labels, members)
        decided = (
            nearest_decisions(K, labels, members, asked),
            linear_decisions(K, labels, members, asked, seed),
        )
        before = found[len(members) :][:changed]
        moved = [moves(before, after.pop(layer), within + between) for after in altered]
        columns["within"].append(within)
        columns["between"].append(between)
        columns["wrong"].append([int((one != labels[asked]).sum()) for one in decided])
        columns["moved"].append([change for change, _ in moved])
        columns["relative"].append([relative for _, relative in moved])
    return as_store(columns, layers, train[1], len(asked))


def features(cascade: Cascade, layers, images: torch.Tensor) -> dict[str, torch.Tensor]:
    """The features of `layers` of all images, (sample, feature) each."""
    with torch.inference_mode():
        found = [cascade.maps_of(batch, layers) for batch in images.split(BATCH)]
    return {layer: torch.cat([maps[layer].flatten(1) for maps in found]) for layer in layers}


def deformed(images: torch.Tensor, amplitude: float, width: float, seed: int) -> torch.Tensor:
    """`images`, deformed by one of `FIELDS` random fields in turn.

    Raises `InputError` if a field would fold the image.
    """
    rng, parts = np.random.default_rng(seed), images.chunk(FIELDS)
    fields = [smooth(amplitude, width, tuple(images.shape[-2:]), rng) for _ in parts]
    steepest = max(field.steepness for field in fields)
    if steepest >= 1:
        raise InputError(
            f"amplitude: {amplitude:g} and width: {width:g} make fields that fold the image "
            f"(|∇τ| reaches {steepest:.2g}, and must stay below 1); make the amplitude smaller, or "
            "the width larger"
        )
    return torch.cat([deform(part, field) for part, field in zip(parts, fields, strict=True)])


def scatter(K: np.ndarray, labels: np.ndarray, members: np.ndarray) -> tuple[float, float]:
    """W and B of the samples `members`, from the inner products `K` of all."""
    K, labels = centred(K, members)[np.ix_(members, members)], labels[members]
    classes, place = np.unique(labels, return_inverse=True)
    belongs = np.eye(len(classes))[place]
    # ‖m_c − m‖² is the mean of the class's block of centred inner products
    between = float(np.sum((belongs.T @ K @ belongs).diagonal() / belongs.sum(axis=0)) / len(K))
    return max(float(np.trace(K)) / len(K) - between, 0.0), max(between, 0.0)


def nearest_decisions(K, labels, members, asked) -> np.ndarray:
    """The class of the nearest of the samples `members`, for each of the samples `asked`."""
    distances = squared_distances(K)[np.ix_(asked, members)]
    return labels[members[distances.argmin(axis=1)]]


def moves(before: torch.Tensor, after: torch.Tensor, variance: float) -> tuple[float, float]:
    """``change`` and ``relative`` of features (sample, feature); a `variance` of 0 gives NaN."""
    moved = (after - before).double().norm(dim=1)
    lengths = before.double().norm(dim=1).clamp_min(1e-30)
    change = float(moved.square().mean().sqrt())
    return change / variance**0.5 if variance else np.nan, float((moved / lengths).mean())


def as_store(columns: dict, layers, labels: np.ndarray, asked: int) -> xr.Dataset:
    wrong = np.array(columns["wrong"]).T
    low, high = np.array([[wilson_interval(one, asked) for one in row] for row in wrong]).T
    by_classifier, by_change = ("classifier", "layer"), ("change", "layer")
    return xr.Dataset(
        {
            "within": ("layer", np.array(columns["within"])),
            "between": ("layer", np.array(columns["between"])),
            "error": (by_classifier, wrong / asked),
            "low": (by_classifier, low.T),
            "high": (by_classifier, high.T),
            **{name: (by_change, np.array(columns[name]).T) for name in ("moved", "relative")},
        },
        attrs={
            "layers": list(layers),
            "classifiers": list(CLASSIFIERS),
            "changes": list(CHANGES),
            "train": len(labels),
            "test": asked,
            "classes": len(np.unique(labels)),
        },
    )
