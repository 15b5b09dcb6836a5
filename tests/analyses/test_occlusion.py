"""What a decision looks at: closed forms, and every kind of cascade."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.decider import FeatureDecider
from scatterlab.analyses.occlusion import choose, occlude, squares, strongest_maps, top_layer
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Convolutional, Hybrid
from scatterlab.errors import InputError, ScatterlabError

SIDE = 12
LABELS = np.array([0, 1, 0, 1])


@pytest.fixture
def images():
    return torch.rand(4, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(0))


class LeftOrRight(torch.nn.Module):
    """Scores of two classes: the light in the left half of the features, and in the right."""

    def forward(self, features):
        halves = features.unflatten(1, (-1, SIDE)).unflatten(2, (2, -1))
        return halves.sum((1, 3))


@pytest.fixture
def decider(images):
    return FeatureDecider(Pixels(images.shape[1:]), "pixels", LeftOrRight())


def test_of_pixels_every_map_has_a_closed_form(decider, images):
    found = occlude(decider, images, LABELS, examples=2, size=3, stride=2, grey=0.25)
    place = int(found["sample"][0])
    image, label = images[place, 0].numpy(), LABELS[place]
    for row, y in enumerate(found["y"].values):
        for column, x in enumerate(found["x"].values):
            hidden = image.copy()
            hidden[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2] = 0.25
            one = found.isel(example=0, row=row, column=column)
            np.testing.assert_allclose(one["activity"], hidden.sum(), rtol=1e-5)
            left, right = hidden[:, : SIDE // 2].sum(), hidden[:, SIDE // 2 :].sum()
            probability = 1 / (1 + np.exp(right - left))
            expected = probability if label == 0 else 1 - probability
            np.testing.assert_allclose(one["probability"], expected, rtol=1e-4)
            assert one["decided"] == (right > left)
    np.testing.assert_array_equal(found["projection"], 1)


@pytest.mark.parametrize(("shape", "size", "stride"), [((12, 12), 4, 1), ((9, 14), 5, 3)])
def test_squares_lie_around_their_centres_and_reach_every_pixel(shape, size, stride):
    y, x, covered = squares(shape, size, stride)
    assert covered.shape == (len(y), len(x), 1, *shape)
    assert (np.diff(y) == stride).all()
    assert (np.diff(x) == stride).all()
    assert covered.flatten(0, 1).any(0).all()
    inner = covered[len(y) // 2, len(x) // 2, 0]
    assert inner.sum() == size**2
    assert inner[y[len(y) // 2], x[len(x) // 2]]


def test_a_square_as_large_as_the_image_hides_all_of_it_from_the_middle():
    y, x, covered = squares((SIDE, SIDE), SIDE, SIDE // 2)
    assert (list(y), list(x)) == ([2, 8], [2, 8])
    y, x, covered = squares((SIDE + 1, SIDE + 1), SIDE + 1, SIDE + 1)
    assert (list(y), list(x)) == ([6], [6])
    assert covered.all()


def test_images_that_are_decided_for_rightly_come_first_and_the_others_are_counted(decider):
    images = torch.zeros(5, 1, SIDE, SIDE)
    images[[0, 3, 4], :, :, 0] = 1  # left: class 0
    images[[1, 2], :, :, -1] = 1  # right: class 1
    chosen, passed_over = choose(decider, images, np.array([1, 0, 1, 0, 1]), 2)
    assert list(chosen) == [3, 2]
    assert passed_over == 2
    chosen, passed_over = choose(decider, images, np.array([1, 0, 1, 0, 1]), 9)
    assert sorted(chosen) == list(range(5))
    assert passed_over == 0


def test_the_strongest_map_is_of_the_largest_sum_or_stands_out():
    images = torch.zeros(4, 2, SIDE, SIDE)
    images[:, 0] = 0.9
    images[2, 1] = 0.5
    cascade, chosen = Pixels(images.shape[1:]), np.arange(4)
    assert list(strongest_maps(cascade, "pixels", images, chosen, "sum")) == [0, 0, 0, 0]
    assert strongest_maps(cascade, "pixels", images, chosen, "standard")[2] == 1


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "scattering", "J": 2, "L": 4, "max_order": 2},
        {"kind": "roto_translation", "J": 2, "L": 4, "K": 1},
        {"kind": "fourier"},
    ],
    ids=lambda spec: spec["kind"],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_fixed_representations_grey_and_in_colour(spec, channels):
    shape = (channels, 16, 16)
    images = torch.rand(3, *shape, generator=torch.Generator().manual_seed(1))
    cascade, layer = build_representation(spec, shape)
    decider = FeatureDecider(cascade, layer, lambda features: features[:, :3])
    found = occlude(decider, images, np.arange(3), examples=2, size=6, stride=5)
    assert found["activity"].shape == (2, 4, 4)
    assert np.isfinite(found["projection"]).all()
    assert np.abs(found["projection"]).max() > 0


@pytest.mark.parametrize(
    "network",
    [
        Convolutional(kind="convolutional", channels=[4, 8], skip="residual", blocks=2),
        Hybrid(kind="hybrid", channels=[4], scattering={"kind": "scattering", "J": 2, "L": 4}),
    ],
    ids=lambda network: network.kind,
)
def test_networks_in_colour(network):
    images = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    decider = build_network(network.model_dump(mode="json"), (3, 32, 32), 3).eval()
    found = occlude(decider, images, np.arange(3), examples=2, size=16, stride=8)
    assert found["activity"].shape == (2, 4, 4)
    assert np.abs(found["projection"]).max() > 0


def test_networks_decide_themselves_and_their_top_layer_is_the_last_of_some_extent():
    images = torch.rand(3, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    network = LeNet5().eval()
    assert top_layer(network, images) == "S4"
    found = occlude(network, images, np.arange(3), examples=1, size=8, stride=8)
    assert found.attrs["layer"] == "S4"
    assert occlude(network, images, np.arange(3), layer="C1", stride=8).attrs["layer"] == "C1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 13}, "square of 1 to 12 pixels"),
        ({"size": 0}, "square of 1 to 12 pixels"),
        ({"stride": 0}, "stride=0"),
        ({"grey": 1.5}, r"grey=1\.5"),
        ({"strongest": "most"}, "sum, standard"),
    ],
)
def test_bad_squares_are_named(decider, images, options, message):
    with pytest.raises(InputError, match=message):
        occlude(decider, images, LABELS, **options)


def test_an_unknown_layer_is_named_with_those_that_there_are(decider, images):
    with pytest.raises(ScatterlabError, match="no layer 'C9'"):
        occlude(decider, images, LABELS, layer="C9")
