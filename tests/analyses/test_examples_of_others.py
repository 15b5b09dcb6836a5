"""Whether examples that fool one model fool another."""

import numpy as np
import torch

from scatterlab.analyses.adversarial import adversarial_examples
from scatterlab.analyses.transfer import magnify, transferred

SETTINGS = {
    "target": "nearest",
    "precision": 1.1,
    "iterations": 50,
    "radii": [0.1],
    "steps": 5,
    "seed": 0,
}


class Planes(torch.nn.Module):
    """Scores ⟨w_k, x⟩ of three classes."""

    def __init__(self, seed=0):
        super().__init__()
        self.w = torch.randn(36, 3, generator=torch.Generator().manual_seed(seed))

    def forward(self, images):
        return (images.flatten(1) - 0.5) @ self.w


def made_for(model, count=12):
    images = 0.3 + 0.4 * torch.rand(count, 1, 6, 6, generator=torch.Generator().manual_seed(1))
    return adversarial_examples(model, images, model(images).argmax(1), **SETTINGS)


def test_the_model_that_they_were_made_for_is_fooled_by_all_and_by_little_noise():
    model, other = Planes(), Planes(seed=5)
    examples = {"itself": made_for(model), "other": made_for(other)}
    result = transferred(model, examples, magnified=[0.2], seed=0)
    attack, noise = result["error"].values[0]
    assert result.attrs["sources"] == ["itself", "other"]
    assert attack[0] == 1
    assert noise[0] < 1
    assert result["before"][0] == 0
    np.testing.assert_array_equal(result["count"], [12, 12])
    assert result["error"].shape == (2, 2, 2)


def test_a_model_that_was_given_no_examples_has_no_error():
    model = Planes()
    store = made_for(model)
    store["distortion"][:] = np.nan
    result = transferred(model, {"none": store}, magnified=[], seed=0)
    assert np.isnan(result["error"].values).all()
    assert int(result["count"][0]) == 0


def test_magnified_changes_have_the_distortion_that_is_asked_for():
    images = torch.full((4, 1, 6, 6), 0.5)
    change = 1e-3 * torch.randn(4, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    for moved in magnify(images, images + change, 0.05, seed=0):
        distortion = (moved - images).square().mean(dim=(1, 2, 3)).sqrt()
        torch.testing.assert_close(distortion, torch.full((4,), 0.05), atol=1e-4, rtol=0)
