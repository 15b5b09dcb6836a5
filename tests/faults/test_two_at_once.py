"""Two workflows that are started at once in one folder."""

import pytest
from tiny_run import differences

pytestmark = pytest.mark.faults


def test_one_of_two_workflows_is_refused_and_the_other_is_right(fresh, expected, tmp_path):
    logs = [tmp_path / "first", tmp_path / "second"]
    both = [fresh.start(log) for log in logs]
    statuses = [snakemake.wait(timeout=600) for snakemake in both]
    refused = [log.read_text() for log, status in zip(logs, statuses, strict=True) if status]
    assert len(refused) < 2, refused
    assert all("Directory cannot be locked" in text for text in refused)
    fresh.run()
    assert differences(fresh.results(), expected) == []
    assert "are as their manifests say" in fresh.verify()
