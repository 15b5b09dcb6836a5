"""profiles/generic, whose commands are those of Slurm, on a Slurm."""

import pytest
from copied_workflow import Workflow

pytestmark = pytest.mark.cluster

WEIGHTS = "results/networks/digits/lenet5/weights.safetensors"
ONE_EPOCH = "{datasets: {digits: {size: 32}}, networks: {lenet5: {epochs: 1}}}"


def test_jobs_ask_for_what_the_profile_says_and_give_their_results(slurm, tmp_path):
    profile = ("--workflow-profile", "profiles/generic")
    workflow = Workflow.fresh(tmp_path / "generic", profile, slurm.settings)
    workflow.run(WEIGHTS, config=[workflow.write("one_epoch.yaml", ONE_EPOCH)])
    assert (workflow.folder / WEIGHTS).is_file()
    jobs = {job["JobName"]: job for job in slurm.jobs()}
    assert jobs["train_network"]["JobState"] == "COMPLETED"
    assert jobs["train_network"]["MinMemoryNode"] == "3000M"
    assert "gpu:1" in jobs["train_network"]["TresPerNode"]
    assert "gpu:1" not in jobs["prepare_dataset"].get("TresPerNode", "")
