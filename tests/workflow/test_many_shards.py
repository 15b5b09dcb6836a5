"""A data set in a thousand shards: planned whole, and no command line too long for the system."""

import re

import pytest

pytestmark = pytest.mark.workflow
MAX_ARGUMENT = 32 * 4096
"""Bytes of one argument that Linux takes (MAX_ARG_STRLEN): a job's whole command is one."""
OVERLAY = """
datasets:
  many: {format: rectangles, size: 16, positions: [10, 10], shards: 1000}
comparison: {datasets: [many], representations: [scattering1]}
analyses: {only: []}
"""


def test_a_thousand_shards_are_planned_and_their_reader_can_be_called(fresh, tmp_path):
    workflow = fresh(tmp_path / "run")
    printed = workflow.run("-n", "-p", config=[workflow.write("many.yaml", OVERLAY)])
    assert re.search(r"^compute_features +1000$", printed, re.M)
    commands = re.findall(r"^Shell command: (.*)$", printed, re.M)
    trained = [command for command in commands if "train_classifier.py" in command]
    assert "--features results/features/many/scattering1 --shards 1000" in trained[0]
    assert max(len(command.encode()) for command in commands) < MAX_ARGUMENT
