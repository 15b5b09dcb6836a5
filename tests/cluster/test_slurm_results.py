"""A run on Slurm gives what a run here gives, also where jobs are killed."""

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from copied_workflow import ROOT, Workflow, digests_below
from one_node_slurm import OneNodeSlurm
from submitted import PROFILE, Submitted, submitted

pytestmark = pytest.mark.cluster

NETWORKS = """
datasets: {digits: {size: 32, shards: 3}}
networks: {lenet5: {epochs: 1}}
comparison: {representations: [pixels, scattering1, cnn], networks: [lenet5]}
"""

PAPER = """
datasets: {digits: {shards: 3}}
representations: {scattering2: {J: 2, L: 2}}
classifiers: {affine_pca: {max_dimension: 10, folds: 2}, svm: {C: [1, 10], gamma: [1]}}
comparison:
  {datasets: [digits], representations: [scattering2], train_sizes: {digits: [50]}, draws: 1}
analyses: {datasets: [digits], only: [texture_pair]}
"""


@dataclass
class Runs:
    """The same run here and on Slurm, and what the latter submitted."""

    here: Workflow
    there: Workflow
    jobs: list[Submitted]

    def of(self, rule: str) -> list[Submitted]:
        return [job for job in self.jobs if job.rule == rule]


def run_twice(folder: Path, slurm: OneNodeSlurm, overlays: list[str], meanwhile=None) -> Runs:
    """Run the small configuration with `overlays` here and on `slurm`, and do `meanwhile` there."""
    here = Workflow.fresh(folder / "here")
    there = Workflow.fresh(folder / "there", PROFILE, slurm.settings)
    with ThreadPoolExecutor() as beside:
        config = [there.write(f"{number}.yaml", text) for number, text in enumerate(overlays)]
        disturbed = beside.submit(meanwhile or bool)
        printed = there.run(config=config)
        disturbed.result(timeout=1)  # what it raised, if it did
    here.run(config=config)
    return Runs(here, there, submitted(slurm, printed))


@pytest.fixture(scope="module")
def with_networks(slurm, tmp_path_factory) -> Runs:
    return run_twice(tmp_path_factory.mktemp("networks"), slurm, [NETWORKS])


@pytest.fixture(scope="module")
def disturbed_paper(slurm, tmp_path_factory) -> Runs:
    """A paper cut small, one job of which is cancelled, and another killed where it runs."""

    def disturb():
        slurm.ask("scancel", running(slurm, "compute_features"))
        running(slurm, "train_classifier")
        os.kill(process_of(slurm, "train_classifier.py"), signal.SIGKILL)

    overlays = [(ROOT / "papers" / "bruna2013.yaml").read_text(), PAPER]
    return run_twice(tmp_path_factory.mktemp("paper"), slurm, overlays, disturb)


def running(slurm: OneNodeSlurm, rule: str) -> str:
    """The name of a job of `rule`, a task of an array too, as soon as one runs."""
    return eventually(
        lambda: [
            f"{job['ArrayJobId']}_{job['ArrayTaskId']}" if "ArrayJobId" in job else job["JobId"]
            for job in slurm.jobs()
            if job["JobState"] == "RUNNING" and job["Comment"].startswith(f"rule_{rule}")
        ]
    )


def process_of(slurm: OneNodeSlurm, script: str) -> int:
    """A process of Python that runs `script` in a job, as soon as there is one."""
    return eventually(
        lambda: [
            process
            for process, command in slurm.processes().items()
            if len(command) > 1 and command[1].endswith(script)
        ]
    )


def eventually(found, seconds: float = 300):
    """The first that `found` finds."""
    for _ in range(int(seconds / 0.2)):
        if some := found():
            return some[0]
        time.sleep(0.2)
    raise TimeoutError(f"nothing in {seconds} s")


def assert_same_files(runs: Runs):
    here, there = digests_below(runs.here.folder), digests_below(runs.there.folder)
    assert here.keys() == there.keys()
    assert [path for path in here if here[path] != there[path]] == []


def test_results_are_those_of_a_run_here_byte_for_byte(with_networks):
    assert_same_files(with_networks)
    assert "results/networks/digits/lenet5/weights.safetensors" in digests_below(
        with_networks.there.folder
    )


def test_jobs_that_train_networks_ask_for_a_gpu_and_no_others_do(with_networks):
    asked = {job.rule for job in with_networks.jobs if job.gpus}
    assert asked == {"train_network", "train_on_subset"}
    assert {job.gpus for job in with_networks.jobs} == {0, 1}


def test_shards_are_submitted_as_an_array(with_networks):
    arrays = Counter(job.array for job in with_networks.of("compute_features"))
    assert None not in arrays
    assert min(arrays.values()) >= 3  # all shards of a representation


def test_every_job_is_submitted_once_where_none_fails(with_networks):
    assert {job.state for job in with_networks.jobs} == {"COMPLETED"}


def test_results_of_a_paper_are_the_same_although_jobs_were_killed(disturbed_paper):
    assert_same_files(disturbed_paper)


@pytest.mark.parametrize(
    ("rule", "end"), [("compute_features", "CANCELLED"), ("train_classifier", "FAILED")]
)
def test_what_was_killed_is_submitted_again_and_asks_for_twice_the_memory(
    disturbed_paper, rule, end
):
    (lost,) = [job for job in disturbed_paper.of(rule) if job.state == end]
    again = disturbed_paper.of(rule)[-1]
    assert again.state == "COMPLETED"
    assert again.memory == pytest.approx(2 * lost.memory, abs=8)  # an array adds a few MB
    assert again.minutes == 2 * lost.minutes
