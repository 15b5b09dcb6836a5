import numpy as np
import pytest
import torch

from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError, InputError

OF = {"kind": "scattering", "J": 2, "L": 4, "bank": "unitary", "engine": "reference"}


def spatial_mean(**options):
    spec = {"kind": "spatial_mean", "of": OF, "log": False, "margin": 0, "sizes": 1} | options
    return build_representation(spec, (1, 24, 32))


def random_images(*shape):
    return torch.from_numpy(np.random.default_rng(0).random(shape))


def test_it_is_the_mean_of_the_maps_inside_the_margin():
    images = random_images(3, 1, 24, 32)
    scattering, layer = build_representation(OF, (1, 24, 32))
    averaged, name = spatial_mean(margin=1)
    assert name == layer
    expected = scattering.maps(images)[..., 1:-1, 1:-1].mean(dim=(2, 3), keepdim=True)
    torch.testing.assert_close(averaged.maps(images), expected)
    assert len(averaged.table()["order"]) == expected.shape[1]


def test_the_logarithm_comes_before_the_mean_and_makes_brightness_an_offset():
    images = random_images(3, 1, 24, 32)
    averaged, _ = spatial_mean(log=True)
    shift = averaged.maps(2 * images) - averaged.maps(images)
    torch.testing.assert_close(shift, torch.full_like(shift, np.log(2)), atol=2e-2, rtol=0)


def test_a_constant_has_the_same_mean_at_all_sizes():
    images = torch.full((1, 1, 24, 32), 0.5, dtype=torch.float64)
    one, three = (spatial_mean(sizes=sizes)[0].maps(images) for sizes in (1, 3))
    torch.testing.assert_close(one, three, atol=1e-5, rtol=0)


def test_a_margin_that_leaves_nothing_is_refused():
    averaged, _ = spatial_mean(margin=3)
    with pytest.raises(InputError, match=r"margin=3 leaves nothing of maps of 6×8.*at most 2"):
        averaged.maps(random_images(1, 1, 24, 32))


def test_sizes_smaller_than_the_scale_are_refused():
    with pytest.raises(ConfigError, match=r"image size 7 of 12, 3×4: J=2 is too large"):
        spatial_mean(sizes=12)


def test_sizes_that_are_kept_are_columns_whose_mean_is_the_mean_over_sizes():
    spec = {
        "kind": "spatial_mean",
        "of": {"kind": "scattering", "J": 2, "L": 2, "bank": "unitary"},
        "log": True,
        "margin": 0,
        "sizes": 3,
    }
    images = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    (kept, layer), (averaged, _) = (
        build_representation({**spec, "keep_sizes": keep}, (1, 32, 32)) for keep in (True, False)
    )
    maps = kept.maps(images, layer)
    assert maps.shape[2:] == (1, 3)
    torch.testing.assert_close(maps.mean(dim=3, keepdim=True), averaged.maps(images, layer))
