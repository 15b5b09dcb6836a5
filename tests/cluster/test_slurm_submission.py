"""How profiles/slurm submits: again if memory was short, and all that is ready at once."""

import signal
import subprocess
import sys

import pytest
from copied_workflow import ROOT, Workflow
from submitted import PROFILE, submitted

pytestmark = pytest.mark.cluster

HUNGRY = """
rule hungry:
    output:
        "done.txt",
    shell:
        "python -c \\"import time; held = b'x' * (1500 << 20); time.sleep(5)\\" && echo > {output}"
"""

MANY = """
rule all:
    input:
        expand("{number}.txt", number=range(150)),


rule compute_features:
    output:
        "{number}.txt",
    shell:
        "echo > {output}"
"""


@pytest.fixture
def run_of(slurm, tmp_path):
    """Makes a workflow of one Snakefile that is run by the profile."""

    def make(snakefile: str) -> Workflow:
        (tmp_path / "profiles").symlink_to(ROOT / "profiles")
        (tmp_path / "Snakefile").write_text(snakefile)
        return Workflow(tmp_path, PROFILE, slurm.settings)

    return make


def test_a_job_that_exceeds_its_memory_is_submitted_again_with_twice_as_much(run_of, slurm):
    printed = run_of(HUNGRY).run(small=False)
    first, second = submitted(slurm, printed)
    assert (first.state, second.state) == ("FAILED", "COMPLETED")
    assert (first.memory, second.memory) == (1500, 3000)


def test_all_jobs_that_are_ready_are_submitted_however_many(run_of, slurm):
    workflow = run_of(MANY)
    command = [sys.executable, "-m", "snakemake", *workflow.where]
    slurm.ask("scontrol", "update", "PartitionName=debug", "State=DOWN")
    snakemake = subprocess.Popen(
        command, cwd=workflow.folder, env=workflow.environment(), stderr=subprocess.DEVNULL
    )
    try:
        slurm.wait_for(lambda: len(queued(slurm)) == 150, "an array of 150 jobs", seconds=120)
    finally:
        snakemake.send_signal(signal.SIGINT)
        snakemake.wait(timeout=300)
        slurm.ask("scontrol", "update", "PartitionName=debug", "State=UP")
    assert queued(slurm) == []


def queued(slurm) -> list[str]:
    """The jobs that wait or run, tasks of arrays one by one."""
    return slurm.ask("squeue", "--noheader", "--array").splitlines()
