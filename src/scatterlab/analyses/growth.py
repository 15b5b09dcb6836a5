"""The limitation of scattering: how fast its coefficients grow in number, and what they buy.

Σ_m C(J, m)·L^m paths are far more than a class is told by. Their number is set against the energy
that they hold and the errors that a classifier makes on them, on all of them and on those that
orthogonal least squares selects (Oyallon & Mallat, CVPR 2015).
"""

from collections.abc import Mapping

import numpy as np
import torch
import xarray as xr

from scatterlab.cascades.registry import build_representation
from scatterlab.classifiers.pipeline import build_classifier

BATCH = 32
CLASSIFIER = {"kind": "svm", "kernel": "rbf", "C": [10.0], "gamma": [1.0]}
"""Given, not chosen: the same for every number of coefficients."""
STEPS = ["normalise_paths"]
MEASURED = ("coefficients", "energy", "error", "selected", "error_selected")


def growth(
    trained: tuple[torch.Tensor, np.ndarray],
    tested: tuple[torch.Tensor, np.ndarray],
    spec: Mapping,
    scales: list[int],
    max_order: int,
    per_class: int,
) -> xr.Dataset:
    """What each order buys at each scale, for the scattering `spec` (its J and order are varied).

    `trained` and `tested` are images (sample, channel, y, x) and their labels (sample,). For
    every J of `scales` and order up to `max_order`: ``coefficients`` of an image; ``energy``, the
    mean over tested images, less their means, of Σ‖S[p]x‖²/‖x‖²; ``error``, the share of tested
    images that an SVM gets wrong; and after `per_class` features are selected for each class,
    how many are ``selected`` and ``error_selected``. All (J, order); NaN where there is no path
    of that order. Raises `InputError` for a scale that is too large.
    """
    values = np.full((len(MEASURED), len(scales), max_order + 1), np.nan)
    for row, J in enumerate(scales):
        for order in range(min(J, max_order) + 1):
            cascade = build_representation(
                {**spec, "J": J, "max_order": order}, tuple(tested[0].shape[1:])
            )[0]
            values[:, row, order] = bought(cascade, trained, tested, per_class)
    arrays = {name: (("J", "order"), part) for name, part in zip(MEASURED, values, strict=True)}
    return xr.Dataset(arrays, coords={"J": scales, "order": range(max_order + 1)})


def bought(cascade, trained, tested, per_class: int) -> tuple[float, ...]:
    """The values of `MEASURED` for one transform."""
    first, second = features_of(cascade, trained[0]), features_of(cascade, tested[0])
    grid = first.shape[2:]
    train, test = (maps.reshape(len(maps), -1) for maps in (first, second))
    select = {"select": {"per_class": per_class, "repeats": 1, "orthonormal": False}}
    results = []
    for steps in (STEPS, [*STEPS, select]):
        classifier = build_classifier({**CLASSIFIER, "steps": steps}, grid)
        classifier.fit(train, trained[1])
        error = float((classifier.predict(test) != tested[1]).mean())
        results.append((classifier.parameters_.get("selected_features"), error))
    (_, error), (selected, error_selected) = results
    return train.shape[1], energy_held(cascade, tested[0]), error, selected, error_selected


def features_of(cascade, images: torch.Tensor) -> np.ndarray:
    """The maps (sample, channel, y, x), float32."""
    with torch.inference_mode():
        return torch.cat([cascade.maps(batch) for batch in images.split(BATCH)]).numpy()


def energy_held(cascade, images: torch.Tensor) -> float:
    """Mean of Σ‖S[p]x‖²/‖x‖² over `images` less their means.

    Outputs stand for 4^J pixels, and those of joint scattering for `measure` orientations.
    """
    centred = images - images.mean(dim=(-2, -1), keepdim=True)
    total = centred.square().sum(dim=(1, 2, 3)).clamp_min(1e-30).numpy()
    measure = np.tile(getattr(cascade, "measure", [1.0]), images.shape[1])
    squares = np.square(features_of(cascade, centred)).sum(axis=(2, 3), dtype=np.float64)
    return float((4**cascade.J * (squares * measure).sum(axis=1) / total).mean())
