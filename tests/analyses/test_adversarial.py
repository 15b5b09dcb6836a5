"""Adversarial examples of all attacks: what is kept, what is counted, and noise of their size."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.adversarial import adversarial_examples, chosen_targets, error_rate
from scatterlab.analyses.foolbox_attacks import deepfool, projected_gradient
from scatterlab.analyses.lbfgs_attack import distance
from scatterlab.analyses.noise import with_noise

SETTINGS = {
    "target": "random",
    "precision": 1.1,
    "iterations": 50,
    "radii": [0.02, 0.1, 0.4],
    "steps": 20,
    "seed": 0,
}


class Planes(torch.nn.Module):
    """Scores ⟨w_k, x⟩ of K classes."""

    def __init__(self, classes=4, pixels=36, seed=0):
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.w = torch.randn(pixels, classes, generator=draw)

    def forward(self, images):
        return (images.flatten(1) - 0.5) @ self.w


def grey(count=10, seed=1):
    draw = torch.Generator().manual_seed(seed)
    return 0.3 + 0.4 * torch.rand(count, 1, 6, 6, generator=draw)


def test_every_attack_finds_examples_and_only_of_images_that_are_decided_rightly():
    model, images = Planes(), grey()
    labels = model(images).argmax(1)
    labels[3] = (labels[3] + 1) % 4
    result = adversarial_examples(model, images, labels, **SETTINGS)
    found = np.isfinite(result["distortion"].values)
    assert found.all(1).sum() == 0
    assert found[:, [0, 1, 2, 4, 5, 6, 7, 8, 9]].all()
    assert np.isnan(result["examples"].values[:, 3]).all()
    assert (result["decision"].values[:, 3] == -1).all()
    attacks = result["decision"].values[:3][:, found[0]]
    assert (attacks != result["label"].values[found[0]]).all()
    assert (attacks[0] == result["target"].values[found[0]]).all()
    assert (result["target"] != result["label"]).all()
    np.testing.assert_allclose(
        result["distortion"].values[0, 0],
        np.sqrt(np.square(result["examples"][0, 0] - result["images"][0]).mean()),
        rtol=1e-5,
    )


def test_noise_is_as_large_as_the_changes_of_lbfgs():
    model, images = Planes(), grey()
    result = adversarial_examples(model, images, model(images).argmax(1), **SETTINGS)
    lbfgs, noise = (
        result["distortion"].values[result.changes.index(c)] for c in ("L-BFGS", "noise")
    )
    np.testing.assert_allclose(lbfgs, noise, rtol=1e-4)


def test_noise_of_a_size_that_clipping_cannot_leave_is_not_there():
    images = torch.zeros(3, 1, 6, 6)
    noisy = with_noise(images, torch.tensor([0.5, 100.0, torch.nan]), seed=0)
    assert noisy[0].sub(images[0]).norm().item() == pytest.approx(0.5, rel=1e-4)
    assert noisy[0].min() >= 0
    assert noisy[1:].isnan().all()


def test_deepfool_on_planes_is_the_step_to_the_nearest_of_them():
    model, images = Planes(), grey()
    scores = model(images)
    labels = scores.argmax(1)
    gaps = scores.gather(1, labels[:, None]) - scores
    between = (model.w[:, labels].T[:, :, None] - model.w[None]).norm(dim=1)
    exact = (gaps / between).scatter(1, labels[:, None], torch.inf).amin(1)
    found = distance(deepfool(model, images, labels), images)
    torch.testing.assert_close(found, 1.02 * exact, rtol=0.02, atol=1e-4)


def test_projected_gradient_tries_small_balls_first_and_is_seeded():
    model, images = Planes(), grey()
    labels = model(images).argmax(1)
    one, same = (
        projected_gradient(model, images, labels, [2.0, 0.2, 0.8], steps=20, seed=5)
        for _ in range(2)
    )
    assert torch.equal(one.nan_to_num(), same.nan_to_num())
    sizes = distance(one, images)
    exact = distance(deepfool(model, images, labels), images) / 1.02
    in_large = distance(projected_gradient(model, images, labels, [2.0], steps=20, seed=5), images)
    assert (sizes >= 0.999 * exact).all()
    assert (sizes <= 0.8001).all()
    assert (in_large > 0.8001).any()
    nowhere = projected_gradient(model, images, labels, [1e-6], steps=3, seed=0)
    assert nowhere.isnan().all()


def test_the_nearest_target_is_the_class_of_the_second_largest_score():
    model, images = Planes(), grey()
    labels = model(images).argmax(1)
    second = model(images).argsort(dim=1)[:, -2]
    assert torch.equal(chosen_targets(model, images, labels, "nearest", 0), second)


def test_images_without_energy_have_no_relative_change_and_nothing_to_attack_is_no_error():
    class Bias(Planes):
        def forward(self, images):
            return super().forward(images) + torch.tensor([0.1, 0, 0, 0])

    images = torch.zeros(2, 1, 6, 6)
    labels = Bias()(images).argmax(1)
    result = adversarial_examples(Bias(), images, labels, **SETTINGS)
    assert np.isnan(result["relative"].values).all()
    wrong = (labels + 1) % 4
    assert error_rate(Bias(), images, wrong) == 1
    result = adversarial_examples(Bias(), images, wrong, **SETTINGS)
    assert np.isnan(result["distortion"].values).all()
    assert (result["decision"].values == -1).all()
