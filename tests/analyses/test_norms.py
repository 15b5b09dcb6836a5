"""Additive stability: ratios are what they are called, stay below bounds, and reach them."""

import numpy as np
import pytest
import torch
import xarray as xr
from measured_by_script import measure, save_images

from scatterlab.analyses.norms import additive_stability
from scatterlab.analyses.ratio import noise_like, random_ratios, worst_ratios
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.roto_translation import RotoTranslationScattering2D
from scatterlab.cascades.scattering import Scattering2D
from scatterlab.cascades.staged import StagedNetwork

SETTINGS = {"amplitudes": [0.01, 0.1], "steps": 8, "seed": 0}


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


class Linear(StagedNetwork):
    """A convolution alone."""

    def __init__(self):
        super().__init__((2, 9, 9), 3)
        torch.manual_seed(1)
        self.convolution = torch.nn.Conv2d(2, 3, 3, stride=2, padding=1)
        self.has_stages({"convolution": (3, "convolution")})


def test_noise_has_the_distortion_it_is_given():
    noise = noise_like(images(5, 3, 8, 8), 0.1, seed=0)
    rms = noise.square().mean(dim=(1, 2, 3)).sqrt()
    torch.testing.assert_close(rms, torch.full((5,), 0.1))


def test_of_a_linear_map_ascent_reaches_the_norm():
    made = Linear()
    result = additive_stability(
        made, made.layers, images(3, 2, 9, 9), amplitudes=[0.5], steps=100, seed=0
    )
    norm = float(result["norm"][0])
    assert float(result["bound"][0]) == pytest.approx(norm)
    np.testing.assert_allclose(result["worst"].values, norm, rtol=1e-3)
    assert (result["random"] < norm).all()


def test_measured_ratios_of_a_network_are_at_most_its_bounds():
    made = LeNet5().eval()
    result = additive_stability(made, made.layers, images(4, 1, 32, 32), **SETTINGS)
    assert result["worst"].dims == ("layer", "amplitude", "sample")
    assert (result["worst"] <= result["bound"] * (1 + 1e-4)).all()
    assert (result["random"] <= result["worst"] * (1 + 1e-6)).all()
    assert (result["worst"] > 0).all()
    assert result.attrs["operators"] == ["C1", "C3", "C5", "F6", "output"]


@pytest.mark.parametrize("padding", ["zero", "periodic"])
def test_a_unitary_scattering_never_lets_a_change_grow(padding):
    made = Scattering2D(2, (16, 16), 4, bank="unitary", padding=padding)
    result = additive_stability(made, made.layers, images(4, 1, 16, 16), **SETTINGS)
    assert float(result["worst"].max()) <= 1 + 1e-4
    assert float(result["worst"].max()) > 0.8
    np.testing.assert_allclose(result["bound"], 1)


def test_joint_scattering_counts_its_angles():
    made = RotoTranslationScattering2D(2, (16, 16), 4, 2, padding="periodic")
    result = additive_stability(made, made.layers, images(2, 1, 16, 16), **SETTINGS)
    assert 0.8 < float(result["worst"].max()) <= 1 + 1e-4


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_images_of_zero_norm_and_flat_ones_are_images_like_others(value):
    for made in (Scattering2D(2, (32, 32), 4, bank="unitary"), LeNet5().eval()):
        flat = torch.full((2, 1, 32, 32), value)
        result = additive_stability(made, made.layers[-1:], flat, **SETTINGS)
        assert np.isfinite(result["worst"]).all()
        assert (result["worst"] > 0).all()


def test_where_nothing_moves_the_ratio_is_zero():
    made = Linear()
    torch.nn.init.zeros_(made.convolution.weight)
    x = images(2, 2, 9, 9)
    assert (worst_ratios(made, "convolution", x, None, 0.1, 5, 0) == 0).all()
    assert (random_ratios(made, made.layers, x, [None], 0.1, 0) == 0).all()


def test_the_same_seed_gives_the_same_numbers():
    made = LeNet5().eval()
    first, again = (
        additive_stability(made, ("C1", "output"), images(2, 1, 32, 32), **SETTINGS)
        for _ in range(2)
    )
    xr.testing.assert_identical(first, again)


def run(monkeypatch, folder, layers=None):
    """Of ten images, the first black."""
    values = np.random.default_rng(0).integers(0, 256, (10, 3, 16, 16), "u1")
    values[0] = 0
    save_images(folder, values)
    spec = {"kind": "scattering", "J": 2, "L": 4, "max_order": 1, "bank": "unitary"}
    settings = {**SETTINGS, "images": 4, "layers": layers}
    return measure(monkeypatch, folder, "norms", {**spec, "padding": "reflect"}, settings)


def test_the_script_writes_a_store(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path)
    assert result.sizes == {"layer": 2, "amplitude": 2, "sample": 4, "operator": 0}
    assert result.attrs["layers"] == ["S0", "S1"]


def test_a_layer_that_does_not_exist_is_named(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match=r"no layer 'S7'.*known: S0, S1"):
        run(monkeypatch, tmp_path, ["S7"])
