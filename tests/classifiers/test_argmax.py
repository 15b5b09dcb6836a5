"""The network's own decision."""

import numpy as np
import pytest

from scatterlab.classifiers.pipeline import build_classifier
from scatterlab.classifiers.trained import load_classifier, save_classifier
from scatterlab.config.classifiers import Argmax
from scatterlab.errors import InputError

SPEC = Argmax(kind="argmax").model_dump(mode="json")


def maps(samples=50, classes=4, grid=(2, 3), seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((samples, classes, *grid)).astype("float32")


def test_it_is_the_largest_spatial_mean_whatever_it_was_trained_on(tmp_path):
    features, rng = maps(), np.random.default_rng(1)
    classifier = build_classifier(SPEC, grid=(2, 3), classes=4)
    classifier.fit(features[:20].reshape(20, -1), rng.permutation(np.arange(20) % 3))
    expected = features.mean(axis=(2, 3)).argmax(axis=1)
    assert set(expected) == {0, 1, 2, 3}
    save_classifier(tmp_path / "model.safetensors", classifier.trained_)
    predicted = load_classifier(tmp_path / "model.safetensors").predict(features.reshape(50, -1))
    assert predicted.tolist() == expected.tolist()


@pytest.mark.parametrize(("channels", "classes"), [(64, 10), (10, 64)])
def test_it_needs_a_channel_for_each_class(channels, classes):
    features = maps(classes=channels).reshape(50, -1)
    classifier = build_classifier(SPEC, grid=(2, 3), classes=classes)
    with pytest.raises(InputError, match=rf"{channels} channels for {classes} classes.*`output`"):
        classifier.fit(features, np.arange(50) % 10)
