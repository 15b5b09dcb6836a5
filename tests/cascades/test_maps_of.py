"""The maps of several layers at once are those of each alone."""

import pytest
import torch

from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.config.networks import Convolutional, Hybrid, LeNet5
from scatterlab.errors import ScatterlabError

SCATTERING = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2}
JOINT = {"kind": "roto_translation", "J": 2, "L": 4, "K": 2}
SOUND = {"kind": "time_scattering", "J": 4, "Q": 2, "max_order": 2}
NETWORKS = [
    LeNet5(kind="lenet5"),
    Convolutional(kind="convolutional", channels=[4, 8], skip="residual", blocks=2),
    Hybrid(kind="hybrid", channels=[4], scattering=SCATTERING),
]


def cascades():
    for spec in ({"kind": "pixels"}, SCATTERING, JOINT, JOINT | {"average": False}):
        yield build_representation(spec, (2, 32, 32))[0]
    yield build_representation(SOUND, (1, 1, 256))[0]
    for network in NETWORKS:
        yield build_network(network.model_dump(mode="json"), (1, 32, 32), 10).eval()


CASCADES = list(cascades())


@pytest.mark.parametrize("cascade", CASCADES, ids=lambda cascade: type(cascade).__name__)
def test_several_layers_in_one_pass_are_each_of_them_alone(cascade):
    images = torch.rand(2, *cascade.image_shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        together = cascade.maps_of(images, cascade.layers[::-1])
        assert list(together) == list(cascade.layers[::-1])
        for layer, maps in together.items():
            torch.testing.assert_close(maps, cascade.maps(images, layer))
            assert maps.shape[1] == len(next(iter(cascade.table(layer).values())))


@pytest.mark.parametrize("cascade", CASCADES, ids=lambda cascade: type(cascade).__name__)
def test_an_unknown_layer_is_refused_with_those_there_are(cascade):
    with pytest.raises(ScatterlabError, match=rf"no layer 'deepest'.*{cascade.layers[0]}"):
        cascade.maps_of(torch.zeros(1, *cascade.image_shape), ["deepest"])
