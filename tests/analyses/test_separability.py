"""Discriminability beside stability: what is measured is what it is called, of any cascade."""

import numpy as np
import pytest
import torch
import xarray as xr
from measured_by_script import measure, save_images

from scatterlab.analyses.gram import gram
from scatterlab.analyses.separability import deformed, moves, scatter, separability
from scatterlab.cascades.convolutional import ConvolutionalNetwork
from scatterlab.cascades.hybrid import HybridNetwork
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.config.networks import Convolutional, Hybrid
from scatterlab.errors import InputError

SETTINGS = {"amplitude": 0.5, "width": 8, "noise": 0.05, "seed": 0}


def bars(count, channels=1, side=32, seed=0):
    """Bars along x or along y, at random places: two classes, alternating."""
    rng = np.random.default_rng(seed)
    images, labels = torch.zeros(count, channels, side, side), np.arange(count) % 2
    for image, label in zip(images, labels, strict=True):
        place = rng.integers(4, side - 6)
        part = image if label else image.transpose(-2, -1)
        part[..., place : place + 2, 4:-4] = 0.5 + 0.5 * rng.random()
    return images, labels


def measured(cascade, layers=None, channels=1, side=32, count=24):
    parts = bars(count, channels, side), bars(16, channels, side, seed=1)
    return separability(cascade, layers or cascade.layers, *parts, changed=8, **SETTINGS)


def test_variance_is_that_within_and_between_classes():
    rng = np.random.default_rng(0)
    rows, labels = rng.standard_normal((30, 7)), rng.integers(0, 4, 30)
    members = np.arange(20)
    within, between = scatter(gram(torch.from_numpy(rows)), labels, members)
    kept, classes = rows[:20], labels[:20]
    means = np.stack([kept[classes == c].mean(axis=0) for c in classes])
    assert within == pytest.approx(np.square(kept - means).sum(axis=1).mean())
    assert between == pytest.approx(np.square(means - kept.mean(axis=0)).sum(axis=1).mean())
    total = np.square(kept - kept.mean(axis=0)).sum(axis=1).mean()
    assert within + between == pytest.approx(total)


def test_orientations_are_apart_in_a_scattering_and_not_in_pixels_or_in_its_mean():
    pixels = measured(Pixels((1, 32, 32)), count=60)
    scattering = measured(Scattering2D(5, (32, 32), 4, max_order=1, bank="unitary"), count=60)
    linear = scattering["error"].values[scattering.attrs["classifiers"].index("linear")]
    assert linear[1] == 0
    assert linear[0] > 0.2
    assert (scattering["moved"][0, 1] < pixels["moved"][0, 0]).all()
    shares = [one["between"] / (one["between"] + one["within"]) for one in (pixels, scattering)]
    assert float(shares[1][1]) > float(shares[0][0])


def built(kind):
    """A small cascade, and the colours it takes."""
    shape = (1, 32, 32)
    if kind == "joint":
        return RotoTranslationScattering2D(2, shape[1:], 4, 2, channels=3), 3
    if kind == "lenet":
        return LeNet5((3, 32, 32)).eval(), 3
    if kind == "hybrid":
        fixed = {"kind": "scattering", "J": 2, "L": 4}
        spec = Hybrid(kind=kind, channels=[4], scattering=fixed).model_dump()
        return HybridNetwork(shape, 2, spec).eval(), 1
    spec = Convolutional(kind=kind, channels=[4, 4]).model_dump()
    return ConvolutionalNetwork(shape, 2, spec).eval(), 1


@pytest.mark.parametrize("kind", ["joint", "lenet", "convolutional", "hybrid"])
def test_every_cascade_is_measured_in_every_layer(kind):
    made, channels = built(kind)
    result = measured(made, channels=channels)
    assert result.attrs["layers"] == list(made.layers)
    assert np.isfinite(result.to_array()).all()
    assert (result["low"] <= result["error"]).all()
    assert (result["error"] <= result["high"]).all()


def test_the_change_of_pixels_by_noise_is_the_noise():
    result = measured(Pixels((1, 32, 32)))
    total = float((result["within"] + result["between"])[0])
    assert float(result["moved"][1, 0]) == pytest.approx(0.05 * 32 / total**0.5, rel=1e-5)


def test_a_layer_that_is_constant_has_changes_that_are_not_numbers():
    change, relative = moves(torch.zeros(3, 4), torch.zeros(3, 4), 0.0)
    assert np.isnan(change)
    assert relative == 0


def test_fields_that_fold_are_refused():
    with pytest.raises(InputError, match=r"fold the image.*make the amplitude smaller"):
        deformed(torch.zeros(4, 1, 32, 32), 8, 4, 0)


def test_one_class_is_refused():
    images, labels = bars(8)
    with pytest.raises(InputError, match="one class"):
        separability(
            Pixels((1, 32, 32)),
            ["pixels"],
            (images, 0 * labels),
            (images, labels),
            changed=4,
            **SETTINGS,
        )


def test_the_same_seed_gives_the_same_numbers():
    made = LeNet5().eval()
    xr.testing.assert_identical(measured(made, ["C1"]), measured(made, ["C1"]))


def run(monkeypatch, folder, layers):
    save_images(folder, (255 * bars(40, side=16)[0]).byte().numpy(), train=24)
    spec = {"kind": "scattering", "J": 2, "L": 4, "max_order": 1}
    settings = {**SETTINGS, "train": 20, "test": 500, "layers": layers}
    return measure(monkeypatch, folder, "separability", spec, settings)


def test_the_script_writes_a_store_of_as_many_images_as_there_are(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path, ["S1"])
    assert result.attrs["layers"] == ["S1"]
    assert (result.attrs["train"], result.attrs["test"]) == (20, 16)


def test_a_layer_that_does_not_exist_is_named(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match=r"no layer 'S7'.*known: S0, S1"):
        run(monkeypatch, tmp_path, ["S7"])
