"""A network that is trained on one data set represents the images of another."""

import pytest

from scatterlab.stores.reader import open_features

pytestmark = pytest.mark.workflow
CHANGE = """
datasets:
  source: {format: digits, size: 32, limit: 40}
  target: {format: digits, size: 32, limit: 30}
networks:
  small: {kind: lenet5, epochs: 1}
representations:
  moved: {kind: network, network: small, layer: F6, trained_on: source}
"""


def test_a_network_is_trained_where_it_is_told_and_nowhere_else(fresh, tmp_path):
    workflow = fresh(tmp_path / "run")
    change = workflow.write("c.yaml", CHANGE)
    workflow.run("results/features/target/moved/shard-0-of-1.json", config=[change])
    features = open_features(workflow.folder / "results/features/target/moved")
    assert features.sizes == {"sample": 60, "channel": 84, "y": 1, "x": 1}
    assert (workflow.folder / "results/networks/source/small/weights.safetensors").exists()
    assert not (workflow.folder / "results/networks/target").exists()
