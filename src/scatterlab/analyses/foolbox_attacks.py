"""Attacks of the library Foolbox, for comparison: DeepFool, and projected gradient descent.

Rauber, Zimmermann, Bethge & Brendel, "Foolbox Native", JOSS 5(53), 2020.
"""

from collections.abc import Sequence

import torch
from foolbox import PyTorchModel
from foolbox.attacks import L2DeepFoolAttack, L2ProjectedGradientDescentAttack

CANDIDATES = 10
"""Classes with the largest scores that DeepFool considers."""


def deepfool(model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """For each image a near one of another class, by linear steps (Moosavi-Dezfooli et al. 2016).

    Arguments and result are those of `projected_gradient`.
    """
    attack = L2DeepFoolAttack(candidates=CANDIDATES, loss="logits")
    _, changed, success = attack(wrapped(model), images, labels, epsilons=None)
    return where_found(changed, success)


def projected_gradient(
    model: torch.nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    radii: Sequence[float],
    *,
    steps: int,
    seed: int,
) -> torch.Tensor:
    """For each image one of another class within the smallest ball of `radii` that has one.

    Steps of gradient ascent on the loss, each projected on the ball around the image and on
    [0, 1], from a random point of the ball (Madry et al. 2018). Radii are norms ‖r‖, tried from
    the smallest on. `images` (sample, channel, y, x) are decided rightly as `labels`, int64
    (sample,); `model` maps them to scores (sample, class). The result has the shape of `images`,
    and is NaN where no radius has one.
    """
    attack = L2ProjectedGradientDescentAttack(steps=steps)
    found, left = torch.full_like(images, torch.nan), torch.arange(len(images))
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        for radius in sorted(radii):
            if not len(left):
                break
            _, changed, success = attack(
                wrapped(model), images[left], labels[left], epsilons=radius
            )
            found[left] = where_found(changed, success)
            left = left[~success]
    return found


def wrapped(model: torch.nn.Module) -> PyTorchModel:
    """A model of images in [0, 1] as Foolbox takes it."""
    return PyTorchModel(model.eval(), bounds=(0, 1), device="cpu")


def where_found(changed: torch.Tensor, success: torch.Tensor) -> torch.Tensor:
    """`changed` where the attack succeeded, else NaN."""
    return torch.where(success[:, None, None, None], changed, torch.nan)
