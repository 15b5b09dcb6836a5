"""What decides for a class of an image."""

import numpy as np
import pytest
import torch

from scatterlab.analyses.decider import build_decider
from scatterlab.analyses.layers import chosen
from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.registry import build_representation
from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.trained import save_classifier
from scatterlab.config.classifiers import SVM, Softmax
from scatterlab.errors import ConfigError, ScatterlabError
from scatterlab.training.tensors import write_tensors

ATTRS = {"class_names": ["dark", "bright"], "title": "Halves"}
SCATTERING = {"kind": "scattering", "J": 2, "L": 4, "max_order": 2}


@pytest.fixture(scope="module")
def images():
    draw = torch.Generator().manual_seed(0)
    return torch.rand(40, 1, 32, 32, generator=draw)


def trained(spec, path, images):
    cascade, layer = build_representation(SCATTERING, (1, 32, 32))
    features = cascade.maps(images, layer).flatten(1).numpy()
    classifier = build_classifier(spec.model_dump(mode="json"), grid=(8, 8))
    save_classifier(path, classifier.fit(features, np.arange(40) % 2).trained_)
    return features, classifier


def test_a_classifier_decides_by_the_features(tmp_path, images):
    path = tmp_path / "model.safetensors"
    features, classifier = trained(Softmax(kind="softmax", steps=["log"]), path, images)
    decider = build_decider(SCATTERING, images, ATTRS, model=path)
    moved = images.clone().requires_grad_()
    scores = decider(moved)
    np.testing.assert_array_equal(scores.argmax(1), classifier.predict(features))
    scores.sum().backward()
    assert moved.grad.abs().sum() > 0


def test_a_network_decides_itself(tmp_path, images):
    path = tmp_path / "weights.safetensors"
    network = LeNet5(classes=2, seed=1).eval()
    write_tensors(path, network.state_dict(), {})
    spec = {"kind": "network", "network": {"kind": "lenet5", "seed": 0}, "layer": "F6"}
    decider = build_decider(spec, images, ATTRS, path)
    torch.testing.assert_close(decider(images), network(images))


def test_what_has_no_gradient_names_the_file_and_what_has(tmp_path, images):
    path = tmp_path / "model.safetensors"
    trained(SVM(kind="svm"), path, images)
    with pytest.raises(ConfigError, match=r"model\.safetensors.*softmax"):
        build_decider(SCATTERING, images, ATTRS, model=path)


def test_features_alone_decide_nothing(images):
    with pytest.raises(ConfigError, match=r"analyses\.classifier"):
        build_decider(SCATTERING, images, ATTRS)


def test_layers_are_all_or_those_wanted_in_the_cascades_order():
    network = LeNet5(classes=2)
    assert chosen(network) == list(network.layers)
    assert chosen(network, ["F6", "C1"]) == ["C1", "F6"]
    with pytest.raises(ScatterlabError, match="no layer 'C9'"):
        chosen(network, ["C9"])
