"""How many GPUs a job asks for, here and on a cluster: with pretended ones."""

import re

import pytest

pytestmark = pytest.mark.workflow

SHARD = "results/features/digits/{}/shard-0-of-1.zarr"
WEIGHTS = "results/networks/digits/lenet5/weights.safetensors"


@pytest.fixture(scope="module")
def unrun(fresh, tmp_path_factory):
    """A copy of the workflow that only plans."""
    return fresh(tmp_path_factory.mktemp("gpus") / "unrun")


def asked(workflow, *arguments) -> dict[str, int]:
    """Representation or rule → the GPUs that its job asks for, in a dry run."""
    targets = [SHARD.format("pixels"), SHARD.format("scattering1"), WEIGHTS]
    printed = workflow.run("-n", *targets, *arguments)
    jobs = re.findall(r"^rule (\w+):\n((?:    .*\n)+)", printed, re.M)
    found = {}
    for rule, block in jobs:
        if gpus := re.search(r"gpu=(\d+)", block):
            representation = re.search(r"representation=(\w+)", block)
            found[representation[1] if representation else rule] = int(gpus[1])
    return found


def test_on_a_machine_with_gpus_what_computes_on_one_asks_for_one(unrun, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("SCATTERLAB_GPUS", "0,1")
    assert asked(unrun) == {"pixels": 0, "scattering1": 1, "train_network": 1}


def test_without_gpus_no_job_waits_for_one(unrun, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert asked(unrun) == {"pixels": 0, "scattering1": 0, "train_network": 0}


def test_on_a_cluster_jobs_ask_for_the_gpus_that_the_profile_says(unrun, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    cluster = ["--executor", "slurm", "--jobs", "2"]
    assert set(asked(unrun, *cluster).values()) == {0}
    chosen = asked(unrun, *cluster, "--set-resources", "train_network:gpu=1")
    assert chosen == {"pixels": 0, "scattering1": 0, "train_network": 1}


def test_a_job_says_which_gpu_it_took(fresh, tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("SCATTERLAB_GPUS", "0,1")
    workflow = fresh(tmp_path / "run")
    workflow.run(SHARD.format("scattering1"), SHARD.format("pixels"))
    logs = workflow.folder / "results/logs/compute_features/digits"
    assert "GPU " in (logs / "scattering1/0-of-1.log").read_text()
    assert "GPU " not in (logs / "pixels/0-of-1.log").read_text()
