"""Clutter: what it is, where it goes, and what it does to decisions and layers."""

import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.analyses.clutter import respond
from scatterlab.analyses.clutter_fields import cells, crops, patches, textures
from scatterlab.analyses.clutter_places import behind, cover, mattes, orders
from scatterlab.analyses.decider import FeatureDecider
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Convolutional, Hybrid, LeNet5
from scatterlab.errors import InputError, ScatterlabError

SCATTERING = {"kind": "scattering", "J": 2, "L": 4}
LABELS = np.arange(6) % 3


def generator():
    return np.random.default_rng(0)


def pictures(channels=1, side=32, count=6):
    return torch.rand(count, channels, side, side, generator=torch.Generator().manual_seed(0))


def test_textures_have_the_wavelength_and_the_contrast_that_are_asked_for():
    fields = textures((8, 1, 64, 64), 8, 0.1, generator())[:, 0].numpy()
    np.testing.assert_allclose(fields.mean((1, 2)), 0.5, atol=0.01)
    np.testing.assert_allclose(fields.std((1, 2)), 0.1, rtol=0.02)
    power = np.abs(np.fft.fft2(fields - 0.5)) ** 2
    y, x = np.meshgrid(*[np.fft.fftfreq(64)] * 2, indexing="ij")
    frequency = (power * np.hypot(y, x)).sum((1, 2)) / power.sum((1, 2))
    np.testing.assert_allclose(1 / frequency, 8, rtol=0.25)


def test_textures_have_a_direction_of_their_own_and_are_grey():
    fields = textures((6, 3, 64, 64), 8, 0.2, generator())
    assert torch.equal(fields[:, 0], fields[:, 2])
    power = np.abs(np.fft.fft2(fields[:, 0].numpy() - 0.5)) ** 2
    y, x = np.meshgrid(*[np.fft.fftfreq(64)] * 2, indexing="ij")
    doubled = (power * np.exp(2j * np.arctan2(y, x))).sum((1, 2)) / power.sum((1, 2))
    assert (np.abs(doubled) > 0.5).all()
    assert np.ptp(np.angle(doubled)) > 1


@pytest.mark.parametrize("patch", [4, 5])
def test_patches_are_parts_of_images_of_other_classes(patch):
    levels = torch.tensor([0.25, 0.5, 0.75])[torch.from_numpy(LABELS)]
    images = levels[:, None, None, None].expand(-1, 2, 12, 12)
    fields = patches(images, LABELS, patch, generator())
    for field, label in zip(fields, LABELS, strict=True):
        seen = set(field.unique().tolist())
        assert seen <= {0.25, 0.5, 0.75} - {[0.25, 0.5, 0.75][label]}
        for top, left in cells((12, 12), patch):
            assert len(field[:, top : top + patch, left : left + patch].unique()) == 1


def test_patches_need_two_classes():
    with pytest.raises(InputError, match="of one class"):
        patches(pictures(), np.zeros(6, int), 8, generator())


@pytest.mark.parametrize(("of", "channels"), [(1, 3), (3, 1), (3, 3)])
def test_backgrounds_are_parts_of_images_in_the_channels_of_the_images(of, channels):
    rows = np.arange(40, dtype="u1")[:, None] + np.zeros(50, "u1")
    stored = np.broadcast_to(rows, (2, of, 40, 50))
    backgrounds = xr.DataArray(stored, dims=("sample", "channel", "y", "x"))
    fields = crops(backgrounds, (4, channels, 16, 16), generator())
    assert fields.shape == (4, channels, 16, 16)
    steps = fields.diff(dim=-2) * 255
    torch.testing.assert_close(steps, torch.ones_like(steps), atol=1e-4, rtol=0)
    with pytest.raises(InputError, match="backgrounds of 40×50 pixels are smaller"):
        crops(backgrounds, (4, channels, 41, 16), generator())


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 12))
def test_what_a_smaller_share_covers_a_larger_covers_too(one, other, patch):
    images, fields = torch.zeros(2, 1, 12, 12), torch.ones(2, 1, 12, 12)
    order = orders(images.shape, patch, generator())
    less, more = (cover(images, fields, order, share) for share in sorted((one, other)))
    assert (less <= more).all()
    count = len(cells((12, 12), patch))
    if 12 % patch == 0:
        assert less.mean() == pytest.approx(min(one, other), abs=0.5 / count + 1e-6)


def test_no_clutter_leaves_the_image_and_all_of_it_leaves_none():
    images, fields = pictures(), pictures().flip(0)
    order = orders(images.shape, 8, generator())
    assert torch.equal(cover(images, fields, order, 0), images)
    assert torch.equal(cover(images, fields, order, 1), fields)
    assert torch.equal(behind(images, fields, mattes(images, 0.2), 0), images)


@pytest.mark.parametrize("background", [0.0, 0.5, 1.0])
def test_clutter_behind_leaves_the_object_and_replaces_the_background(background):
    images, fields = torch.full((1, 1, 16, 16), background), pictures(side=16, count=1)
    images[..., 5:9, 5:9] = 0.25
    among = behind(images, fields, mattes(images, 0.25), 1.0)
    torch.testing.assert_close(among[..., 5:9, 5:9], images[..., 5:9, 5:9])
    torch.testing.assert_close(among[..., 12:, :], fields[..., 12:, :])


class Sums(torch.nn.Module):
    """Scores of three classes that see all of the image."""

    def forward(self, features):
        return features.unflatten(1, (3, -1)).sum(-1)


def decider_of_pixels(images):
    return FeatureDecider(Pixels(images.shape[1:]), "pixels", Sums())


def test_decisions_and_changes_are_those_of_the_cluttered_image():
    images = pictures(3, 12)
    fields = {"a": images.flip(0), "b": images.flip(-1)}
    decider = decider_of_pixels(images)
    found = respond(
        decider, images, LABELS, fields, ["pixels"], over=[0, 0.5, 1], behind=[1], patch=4
    )
    assert found.sizes["clutter"] == 2 * 4
    for kind, number in (("a", 0), ("b", 1)):
        rows = (found["kind"] == number) & (found["place"] == 0)
        whole = found.isel(clutter=np.flatnonzero(rows & (found["amount"] == 1))[0])
        probability = decider(fields[kind]).softmax(1)[torch.arange(6), LABELS]
        np.testing.assert_allclose(whole["probability"], probability, rtol=1e-4)
        np.testing.assert_array_equal(whole["decided"], decider(fields[kind]).argmax(1))
        change = (fields[kind] - images).flatten(1).norm(dim=1) / images.flatten(1).norm(dim=1)
        np.testing.assert_allclose(whole["change"][0], change, rtol=1e-5)
        np.testing.assert_allclose(whole["image_change"], change, rtol=1e-5)
        none = found.isel(clutter=np.flatnonzero(rows & (found["amount"] == 0))[0])
        assert (none["change"] == 0).all()
        np.testing.assert_array_equal(none["pictures"], images[[0, 1, 2]])


def test_images_of_no_norm_are_counted_and_nothing_is_relative_to_them():
    images = pictures(3, 12)
    images[4] = 0
    found = respond(decider_of_pixels(images), images, LABELS, {"a": images.flip(0)}, ["pixels"])
    assert found.attrs["zero_images"] == 1
    assert list(found["zeros"].values) == [1]
    assert np.isnan(found["change"].values[:, 0, 4]).all()
    assert np.isfinite(found["probability"]).all()


def deciders():
    for spec in (SCATTERING, {"kind": "roto_translation", "J": 2, "L": 4, "K": 1}):
        for channels in (1, 3):
            cascade, layer = build_representation(spec, (channels, 32, 32))
            yield FeatureDecider(cascade, layer, lambda features: features[:, :3])
    for network in (
        LeNet5(kind="lenet5"),
        Convolutional(kind="convolutional", channels=[4, 8]),
        Hybrid(kind="hybrid", channels=[4], scattering=SCATTERING),
    ):
        yield build_network(network.model_dump(mode="json"), (3, 32, 32), 3).eval()


@pytest.mark.parametrize("decider", list(deciders()), ids=lambda one: type(one).__name__)
def test_every_layer_of_every_cascade(decider):
    cascade = getattr(decider, "cascade", decider)
    images = pictures(cascade.image_shape[0])
    found = respond(
        decider,
        images,
        LABELS,
        {"texture": textures(images.shape, 6, 0.25, generator())},
        cascade.layers,
        over=[0.5],
        behind=[0.5],
    )
    assert found.sizes["layer"] == len(cascade.layers)
    assert (found["change"] > 0).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"over": [1.5]}, r"amount 1\.5"),
        ({"over": [], "behind": []}, "no amount"),
        ({"patch": 13}, "patch=13: a square of 1 to 12 pixels"),
        ({"patch": 0}, "patch=0"),
        ({"threshold": 0}, "threshold=0"),
    ],
)
def test_bad_clutter_is_named(options, message):
    images = pictures(3, 12)
    with pytest.raises(InputError, match=message):
        respond(decider_of_pixels(images), images, LABELS, {"a": images}, ["pixels"], **options)


def test_an_unknown_layer_is_named():
    images = pictures(3, 12)
    with pytest.raises(ScatterlabError, match="no layer 'S9'"):
        respond(decider_of_pixels(images), images, LABELS, {"a": images}, ["S9"])
