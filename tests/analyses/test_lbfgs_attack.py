"""The attack of Szegedy et al.: closed forms, the box, and failures."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.lbfgs_attack import decides_for, smallest_changes
from scatterlab.cascades.registry import build_network, build_representation


class Linear(torch.nn.Module):
    """Two classes, with scores ±(⟨w, x⟩ + b)/2."""

    def __init__(self, w, b):
        super().__init__()
        self.w, self.b = w, b

    def forward(self, images):
        score = (images.flatten(1) @ self.w + self.b) / 2
        return torch.stack([-score, score], dim=1)


def linear(scale=1.0, seed=0):
    w = torch.from_numpy(np.random.default_rng(seed).normal(size=16)).float() * scale
    return Linear(w, -0.5 * w.sum() + 0.3 * scale)


def grey(count=8, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return 0.45 + 0.1 * torch.rand(count, 1, 4, 4, generator=draw)


@pytest.mark.parametrize("scale", [0.3, 1, 20])
def test_a_linear_model_of_two_classes_needs_a_step_along_w(scale):
    """r* = −(⟨w, x⟩ + b) w / ‖w‖², where the box leaves room for it."""
    model, images = linear(scale), grey()
    score = images.flatten(1) @ model.w + model.b
    exact = -score[:, None] * model.w / model.w.square().sum()
    targets = 1 - model(images).argmax(1)
    found = smallest_changes(model, images, targets, precision=1.001) - images
    # beyond the plane by the margin that a decision needs
    room = 0.03 + 2e-3 / scale / exact.norm(dim=1)
    assert (found.flatten(1) - exact).norm(dim=1).div(exact.norm(dim=1)).le(room).all()


def test_changes_stay_in_the_box_and_reach_the_target():
    network = build_network({"kind": "lenet5", "seed": 0}, (1, 32, 32), 10).eval()
    images = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    targets = (network(images).argmax(1) + 3) % 10
    found = smallest_changes(network, images, targets)
    assert found.isfinite().all()
    assert found.min() >= 0
    assert found.max() <= 1
    assert decides_for(network, found, targets).all()


def test_a_finer_search_is_never_farther():
    model, images = linear(seed=3), grey()
    targets = 1 - model(images).argmax(1)
    rough, fine = (
        (smallest_changes(model, images, targets, precision=p) - images).norm() for p in (4, 1.01)
    )
    assert fine <= rough * (1 + 1e-6)


def test_an_attack_that_fails_is_nan():
    """A class that is never decided for, beside one that is."""
    w = torch.zeros(16)
    never = Linear(w, torch.tensor(-1.0))
    found = smallest_changes(never, grey(3), torch.tensor([1, 0, 1]))
    assert found.isnan().flatten(1).all(1).tolist() == [True, False, True]


@pytest.mark.parametrize("colours", [1, 3])
def test_gradients_go_through_a_scattering(colours):
    spec = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2, "bank": "unitary"}
    cascade, layer = build_representation(spec, (colours, 16, 16))
    draw = torch.Generator().manual_seed(0)
    images = torch.rand(2, colours, 16, 16, generator=draw)
    weights = torch.randn(cascade.maps(images, layer)[0].numel(), 3, generator=draw)
    model = torch.nn.Sequential(Features(cascade, layer), Times(weights))
    targets = (model(images).argmax(1) + 1) % 3
    found = smallest_changes(model, images, targets)
    assert decides_for(model, found, targets).all()
    assert (found - images).flatten(1).norm(dim=1).max() < images[0].norm()


class Features(torch.nn.Module):
    def __init__(self, cascade, layer):
        super().__init__()
        self.cascade, self.layer = cascade, layer

    def forward(self, images):
        return self.cascade.maps(images, self.layer).flatten(1)


class Times(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.weights = weights

    def forward(self, features):
        return features @ self.weights
