"""Adversarial examples: how little must an image change for another decision?

Szegedy et al., "Intriguing properties of neural networks", ICLR 2014; beside their box-constrained
L-BFGS, DeepFool and projected gradient descent, and noise as large as the changes of L-BFGS.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.foolbox_attacks import deepfool, projected_gradient
from scatterlab.analyses.lbfgs_attack import distance, smallest_changes
from scatterlab.analyses.noise import with_noise

CHANGES = ("L-BFGS", "DeepFool", "PGD", "noise")
"""What is done to the images, in the order of the axis ``change``."""
BATCH = 500
"""Images that are decided together."""


def adversarial_examples(
    model: torch.nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    *,
    target: str,
    precision: float,
    iterations: int,
    radii: Sequence[float],
    steps: int,
    seed: int,
) -> xr.Dataset:
    """The images, what attacks make of them, and how far that is.

    `model` maps `images` (sample, channel, y, x) in [0, 1] to scores (sample, class); `labels`
    are int64 (sample,). L-BFGS makes each image one of a class that `target` chooses: ``random``,
    one of the others, drawn by `seed`, or ``nearest``, the one with the second largest score.
    DeepFool and PGD make it one of any other. `radii` are PGD's, as distortions.

    Only images that are decided rightly are attacked. ``examples`` (change, sample, channel, y, x)
    are NaN for the others and where an attack fails; so is their ``distortion`` (change, sample),
    √(Σ(x' − x)²/n) for n pixels and colours, and ``relative``, ‖x' − x‖/‖x‖, which is NaN for an
    image that is zero as well. ``decision`` (change, sample), of the changed image, is −1 there.
    Coordinates along ``sample``: ``label``, ``decided`` (of the image) and ``target``. Attribute
    ``changes``: the names along ``change``.
    """
    scale = math.sqrt(images[0].numel())
    decided = decisions(model, images)
    right = torch.nonzero(decided == labels).flatten()
    targets = chosen_targets(model, images, labels, target, seed)
    examples = images.new_full((len(CHANGES), *images.shape), torch.nan)
    if len(right):
        options = {"precision": precision, "iterations": iterations}
        x = images[right]
        nearest = smallest_changes(model, x, targets[right], **options)
        examples[:, right] = torch.stack(
            [
                nearest,
                deepfool(model, x, labels[right]),
                projected_gradient(
                    model,
                    x,
                    labels[right],
                    [scale * radius for radius in radii],
                    steps=steps,
                    seed=seed,
                ),
                with_noise(x, distance(nearest, x), seed),
            ]
        )
    sizes = torch.stack([distance(one, images) for one in examples])
    whole = images.flatten(1).norm(dim=1)
    shape = ("sample", "channel", "y", "x")
    return xr.Dataset(
        {
            "images": (shape, images.numpy()),
            "examples": (("change", *shape), examples.numpy()),
            "distortion": (("change", "sample"), (sizes / scale).numpy()),
            "relative": (("change", "sample"), (sizes / nonzero(whole)).numpy()),
            "decision": (("change", "sample"), decisions_where_any(model, examples).numpy()),
        },
        coords={
            "label": ("sample", labels.numpy()),
            "decided": ("sample", decided.numpy()),
            "target": ("sample", targets.numpy()),
        },
        attrs={"changes": list(CHANGES), "target": target},
    )


def chosen_targets(model, images, labels, choice: str, seed: int) -> torch.Tensor:
    """For each image a class other than its label, int64 (sample,)."""
    scores = scores_of(model, images)
    if choice == "nearest":
        return scores.scatter(1, labels[:, None], -torch.inf).argmax(dim=1)
    classes = scores.shape[1]
    steps = np.random.default_rng(seed).integers(1, classes, len(labels))
    return (labels + torch.from_numpy(steps)) % classes


def nonzero(norms: torch.Tensor) -> torch.Tensor:
    """The norms, NaN for those that are zero: nothing is relative to them."""
    return torch.where(norms > 0, norms, torch.nan)


@torch.no_grad()
def scores_of(model: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    """The scores (sample, class) of any number of images."""
    return torch.cat([model(batch) for batch in images.split(BATCH)])


def decisions(model: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    """The class of the largest score, int64 (sample,)."""
    return scores_of(model, images).argmax(dim=1)


def decisions_where_any(model: torch.nn.Module, examples: torch.Tensor) -> torch.Tensor:
    """The decisions of examples (change, sample, channel, y, x), −1 for those that are NaN."""
    there = ~examples.isnan().flatten(2).any(dim=2)
    found = torch.full(there.shape, -1)
    if there.any():
        found[there] = decisions(model, examples[there])
    return found


def error_rate(model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of the images that are not decided as their labels."""
    return float((decisions(model, images) != labels).double().mean())
