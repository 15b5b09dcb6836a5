"""A trained network as a representation, of images that may be another data set's."""

import pytest
import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError
from scatterlab.training.tensors import write_tensors

SPEC = {
    "kind": "network",
    "network": {"kind": "lenet5", "seed": 0},
    "layer": "C5",
    "trained_on": "shapes",
}


@pytest.fixture
def weights(tmp_path):
    """Weights of a network for seven classes of grey images of 36×36 pixels."""
    path = tmp_path / "shapes" / "weights.safetensors"
    about = {"image_shape": [1, 36, 36], "classes": 7}
    write_tensors(path, LeNet5((1, 36, 36), classes=7, seed=3).state_dict(), about)
    return path


def test_the_classes_are_those_of_the_data_that_it_was_trained_on(weights):
    cascade, layer = build_representation(SPEC, (1, 36, 36), 2, weights)
    images = torch.rand(2, 1, 36, 36)
    expected = LeNet5((1, 36, 36), classes=7, seed=3).maps(images, "C5")
    assert torch.equal(cascade.maps(images, layer), expected)
    assert cascade.maps(images, "output").shape[1] == 7


@pytest.mark.parametrize(
    ("shape", "written"), [((3, 36, 36), "36×36 pixels, rgb"), ((1, 32, 40), "32×40 pixels, grey")]
)
def test_images_of_another_shape_are_refused_with_the_remedy(weights, shape, written):
    message = (
        r"shapes/weights.safetensors takes images like those it was trained on \(36×36 pixels, "
        f"grey\\), and these are {written}; give both data sets the same `size` and `colour`"
    )
    with pytest.raises(ConfigError, match=message):
        build_representation(SPEC, shape, 2, weights)
