"""The decomposition of variance over a grid of factors: identities, and known answers."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies
from small_scenes import small_scenes, store_of

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.analyses.factors import components_for, decompose
from scatterlab.cascades.registry import build_network, build_representation

SCATTERING = {"kind": "scattering", "J": 3, "L": 4, "max_order": 2}


def measure(store, cascade=None, layers=None, grids=None, **options):
    shape = store["images"].shape[1:]
    cascade = cascade or build_representation({"kind": "pixels"}, shape)[0]
    layers = layers or cascade.layers
    return decompose(cascade, layers, store["images"], grids or read_grids(store), **options)


def table(effects, noise=None):
    """A store of 1×n images x = Σ effects[k][level] + noise on the grid of the effects' levels."""
    numbers = np.array(list(product(*(range(len(effect)) for effect in effects))))
    images = sum(np.asarray(effect)[numbers[:, k]] for k, effect in enumerate(effects))
    images = images if noise is None else images + noise
    levels = {f"f{k}": list(range(len(effect))) for k, effect in enumerate(effects)}
    return store_of(images[:, None, None].astype(np.float32), numbers, levels)


def by_hand(store):
    """R_k and R_Δ of the pixels, by the definitions: Δ itself is made and its variance taken."""
    features = store["images"].values.reshape(store.sizes["sample"], -1).astype(np.float64)
    features = features / 255 if store["images"].dtype == np.uint8 else features
    left = features - features.mean(0)
    total = left.var(0).sum()
    shares = []
    for name in store.attrs["factors"]:
        numbers = store[f"factor_{name}"].values
        means = np.stack([(features - features.mean(0))[numbers == t].mean(0) for t in numbers])
        shares.append(means.var(0).sum() / total)
        left = left - means
    return shares, left.var(0).sum() / total


def test_the_shares_are_those_of_the_definitions_and_sum_to_one():
    found = measure(small_scenes())
    shares, residual = by_hand(small_scenes())
    np.testing.assert_allclose(found["share"].values[0, 0], shares, rtol=1e-6)
    np.testing.assert_allclose(found["residual"].values[0, 0], residual, rtol=1e-6)
    assert sum(shares) + residual == pytest.approx(1, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    strategies.lists(strategies.integers(2, 4), min_size=1, max_size=3),
    strategies.integers(0, 2**31),
)
def test_the_shares_sum_to_one_for_any_features(levels, seed):
    rng = np.random.default_rng(seed)
    store = table([rng.uniform(size=(count, 6)) for count in levels])
    store["images"] += rng.uniform(size=store["images"].shape).astype(np.float32)
    found, (shares, residual) = measure(store), by_hand(store)
    assert sum(shares) + residual == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(found["share"].values[0, 0], shares, atol=1e-9)
    assert found["residual"].item() == pytest.approx(residual, abs=1e-9)


def test_what_is_a_sum_over_factors_leaves_nothing():
    rng = np.random.default_rng(0)
    store = table([rng.uniform(size=(5, 8)), rng.uniform(size=(3, 8))])
    assert measure(store)["residual"].item() == pytest.approx(0, abs=1e-6)


def test_the_dimension_is_that_of_the_space_of_the_means():
    """Four orthogonal directions of variances 8, 4, 2 and 1 need three for 90 % of their sum."""
    basis = np.eye(4) * np.sqrt([8, 4, 2, 1])
    store = table([np.concatenate([basis, -basis]) + 2, [[0, 0, 0, 0], [4, 0, 0, 0]]])
    found = measure(store, trace=0.9)
    assert found["dimension"].values[0, 0].tolist() == [3, 1]
    assert measure(store, trace=0.95)["dimension"].values[0, 0].tolist() == [4, 1]
    # tr cov(F) = 15/4 + 4; without all but the first, 7/4 of it is left: more than a tenth
    assert found["dimension_of_total"].values[0, 0].tolist() == [2, 1]
    np.testing.assert_allclose(found["held"].values[0, 0, 0], [8 / 15, 4 / 15])


def test_a_small_factor_has_dimension_zero_in_the_whole():
    assert components_for(np.array([3.0, 1.0]), left=5.0) == 0
    assert components_for(np.array([3.0, 1.0]), left=1.0) == 1
    assert components_for(np.array([3.0, 1.0]), left=0.5) == 2


def test_levels_on_a_circle_are_placed_on_a_circle():
    angle = 2 * np.pi * np.arange(8) / 8
    circle = np.stack([np.cos(angle), np.sin(angle)] + [0 * angle] * 4, axis=1)
    store = table([circle, np.eye(6)[:2]])
    places = measure(store)["places"].values[0, 0, :8]
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 1, atol=1e-6)
    chords = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    np.testing.assert_allclose(chords, 2 * np.sin(np.pi / 8), atol=1e-6)


def test_the_shares_do_not_change_with_the_blocks_of_features_or_the_order_of_images():
    store = small_scenes()
    cascade = build_representation(SCATTERING, (1, 32, 32))[0]
    whole = measure(store, cascade)
    in_blocks = measure(store, cascade, sum_bytes=8 * 11 * 100)
    shuffled = measure(store.isel(sample=np.random.default_rng(0).permutation(24)), cascade)
    for other in (in_blocks, shuffled):
        np.testing.assert_allclose(other["share"], whole["share"], rtol=1e-5)
        np.testing.assert_array_equal(other["dimension"], whole["dimension"])
        np.testing.assert_allclose(np.abs(other["places"]), np.abs(whole["places"]), atol=1e-4)


def test_a_large_offset_costs_no_digits():
    rng = np.random.default_rng(1)
    effects = [rng.integers(0, 2, (3, 8)) / 4, rng.integers(0, 2, (4, 8)) / 4]
    noise = rng.integers(0, 2, (12, 8)) / 4
    near, far = (measure(table(effects, noise + offset)) for offset in (0, 2.0**16))
    np.testing.assert_allclose(far["share"], near["share"], rtol=1e-12)


def test_a_constant_layer_has_no_shares_and_is_told_from_one_that_hardly_varies():
    flat = measure(table([np.full((3, 4), 0.7), np.full((2, 4), 0.1)]))
    assert np.isnan(flat["share"]).all()
    assert np.isnan(flat["residual"]).all()
    assert (flat["dimension"] == 0).all()
    assert (flat["places"] == 0).all()
    tiny = measure(table([[[0.5, 0.5], [0.5, 0.5001]], [[0.0, 0.0], [0.0, 0.0]]]))
    np.testing.assert_allclose(tiny["share"].values[0, 0], [1, 0], atol=1e-6)


def test_averages_over_the_whole_image_are_invariant_to_position():
    """The shapes stay inside: what is averaged over 2^J = 32 pixels hardly moves with x."""
    store = small_scenes(size=32)
    spec = SCATTERING | {"J": 5, "padding": "periodic"}
    found = measure(store, build_representation(spec, (1, 32, 32))[0])
    x = list(store.attrs["factors"]).index("x")
    pixels = measure(store)["share"].values[0, 0, x]
    assert found["share"].values[0, -1, x] < 0.01 < 0.1 < pixels


def test_within_a_class_the_places_of_levels_that_it_lacks_are_empty():
    store = small_scenes()
    kept = (store["factor_object"].values > 0) | (store["factor_x"].values < 2)
    store = store.isel(sample=np.flatnonzero(kept))
    found = measure(store, grids=read_grids(store, within=["object"]))
    assert found.attrs["grids"] == ["object=square", "object=bar", "object=cross"]
    assert np.isnan(found["places"].values[0, 0, 2:4]).all()
    assert np.isfinite(found["places"].values[1]).all()
    total = found["share"].sum("factor") + found["residual"]
    np.testing.assert_allclose(total, 1)


@pytest.mark.parametrize(
    "spec",
    [
        SCATTERING,
        {"kind": "roto_translation", "J": 3, "L": 4, "K": 2, "max_order": 2},
    ],
    ids=lambda spec: spec["kind"],
)
def test_all_layers_of_fixed_cascades_on_colour_images(spec):
    store = small_scenes(channels=3)
    cascade = build_representation(spec, (3, 32, 32))[0]
    found = measure(store, cascade)
    assert found.attrs["layers"] == list(cascade.layers)
    np.testing.assert_allclose(found["share"].sum("factor") + found["residual"], 1)
    assert found["pictures"].dims[-1] == "colour"
    assert found.sizes["colour"] == 3


def test_all_layers_of_a_network():
    torch.manual_seed(0)
    network = build_network({"kind": "lenet5", "seed": 0}, (1, 32, 32), 3).eval()
    found = measure(small_scenes(), network)
    assert found.attrs["layers"] == list(network.layers)
    assert found["features"].values[-2:].tolist() == [84, 3]
    np.testing.assert_allclose(found["share"].sum("factor") + found["residual"], 1)
    assert (found["share"].values >= 0).all()


def test_a_picture_shows_its_level_and_the_middle_of_the_other_factors():
    store = small_scenes()
    found = measure(store)
    assert found["level_of_picture"].values.tolist() == list(range(9))
    middle = store.isel(sample=1 * 8 + 2 * 2 + 1)["images"].values[0]
    np.testing.assert_array_equal(found["pictures"].values[1, :, :, 0], middle)
    np.testing.assert_array_equal(found["pictures"].values[5, :, :, 0], middle)


def test_large_pictures_are_made_smaller():
    store = small_scenes(size=100)
    assert measure(store)["pictures"].shape == (9, 33, 33, 1)
