"""Published weights are fetched and verified, and stand where trained ones would."""

import hashlib
import json

import pytest
import torch

from scatterlab.cascades.convolutional import ConvolutionalNetwork
from scatterlab.config.networks import Convolutional

pytestmark = pytest.mark.workflow

OVERLAY = """
networks:
  made: &network {{kind: convolutional, channels: [2, 2]}}
  found:
    <<: *network
    weights:
      {{file: weights/net.pth, digests: ['sha256:{digest}'], classes: 10, mean: [0.5], std: [0.25]}}
representations:
  made: {{kind: network, network: made, layer: output}}
  found: {{kind: network, network: found, layer: output}}
classifiers:
  argmax: {{kind: argmax}}
mirror: {mirror}
"""
WEIGHTS = "results/networks/digits/{}/weights.safetensors"
RESULT = "results/classification/digits/{}/argmax/train-all-draw-0/evaluation.json"


@pytest.fixture
def overlay(workflow, tmp_path):
    """Writes the overlay with the first digits of the checksum of weights in a mirror."""
    spec = Convolutional(kind="convolutional", channels=[2, 2]).model_dump(mode="json")
    network = ConvolutionalNetwork((1, 16, 16), 10, spec)
    tensors = {k: v for k, v in network.state_dict().items() if "standardise" not in k}
    archive = tmp_path / "mirror" / "weights" / "net.pth"
    archive.parent.mkdir(parents=True)
    torch.save(tensors, archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()

    def write(digest=digest[:8]):
        text = OVERLAY.format(digest=digest, mirror=archive.parents[1])
        return workflow.write("published.yaml", text)

    return write


def test_they_are_loaded_where_others_are_trained(workflow, overlay):
    change = overlay()
    planned = workflow.planned(RESULT.format("made"), RESULT.format("found"), config=[change])
    assert {"fetch_archive", "load_weights", "train_network"} <= planned.keys()
    assert planned["compute_features"] == {"made", "found"}
    workflow.run(WEIGHTS.format("found"), config=[change])
    history = workflow.folder / "results/networks/digits/found/history.json"
    assert json.loads(history.read_text())["published"]["file"] == "weights/net.pth"
    planned = workflow.planned(RESULT.format("found"), config=[change])
    assert "load_weights" not in planned


def test_a_wrong_checksum_is_named_and_nothing_is_loaded(workflow, overlay):
    printed = workflow.run(WEIGHTS.format("found"), config=[overlay("0" * 8)], fails=True)
    assert "weights/net.pth: wrong checksum: expected sha256:00000000, found" in printed
    assert not (workflow.folder / WEIGHTS.format("found")).exists()
