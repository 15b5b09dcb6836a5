"""Jobs and Snakemake are killed at random moments, and what is left is run to its end."""

import random
import shutil
import signal
import threading
import time

import psutil
import pytest
from tiny_run import TinyRun, differences
from victims import jobs_of, kill_group, script_of, send, wait_for_a_job, wait_until_gone

pytestmark = pytest.mark.faults
LATEST = 15.0
"""Seconds after the start of a run by which one process of it is killed."""
STALL = 10.0
"""Seconds for which jobs are stopped at most that go on after their Snakemake was killed."""
ATTEMPTS = 3
"""How often the plain command may be needed once nobody disturbs it."""


class Disturbance:
    """Kills one process of each run that it is given; `random` decides which and when."""

    def __init__(self, seed: int, kills: int, say):
        self.random, self.left, self.kills, self.say = random.Random(seed), kills, kills, say
        self.orphans: list[psutil.Process] = []

    def disturb(self, snakemake) -> None:
        """Wait for a moment, and kill; nothing happens to a run that ends before."""
        kind = self.random.choice(["a job", "a job", "Snakemake alone", "Snakemake and its jobs"])
        moment, stall = self.random.uniform(0, LATEST), self.random.uniform(0, STALL)
        choice, stalls = self.random.random(), self.random.random() < 0.5
        jobs = self._at(moment, snakemake, kind)
        if snakemake.poll() is not None:
            return
        what = f"of {' and '.join(filter(None, map(script_of, jobs))) or 'no job'}"
        if kind == "a job":
            victim = jobs[int(choice * len(jobs))]
            what = script_of(victim)
            send(victim, signal.SIGKILL)
        elif kind == "Snakemake alone":
            send(psutil.Process(snakemake.pid), signal.SIGKILL)
            self.orphans += jobs
            if stalls:
                what += f", which stall for {stall:.1f} s"
                stop_for(jobs, stall)
        else:
            kill_group(snakemake.pid)
        self.left -= 1
        self.say(f"{self.kills - self.left:3d}: {kind} after {moment:.2f} s: {what}")

    def _at(self, moment: float, snakemake, kind: str) -> list[psutil.Process]:
        """The jobs that run at the moment; there is one, if one is to be killed."""
        if kind == "a job":
            return wait_for_a_job(snakemake, moment)
        time.sleep(moment)
        return jobs_of(snakemake.pid)


def stop_for(jobs: list[psutil.Process], seconds: float) -> None:
    """Stop jobs, and let them go on after so many seconds, whatever runs then."""
    for job in jobs:
        send(job, signal.SIGSTOP)
    timer = threading.Timer(seconds, lambda: [send(job, signal.SIGCONT) for job in jobs])
    timer.start()


def run_to_its_end(run: TinyRun, disturbance: Disturbance, log) -> int:
    """Run the plain command, disturbed, until it ends well; how often a lock had to be removed."""
    unlocked, attempts = 0, 0
    while True:
        snakemake = run.start(log)
        if disturbance.left:
            disturbance.disturb(snakemake)
        else:
            attempts += 1
        if snakemake.wait(timeout=300) == 0:
            return unlocked
        if "--unlock" in log.read_text() or snakemake.returncode < 0:
            run.run("--unlock")
            unlocked += 1
        assert attempts < ATTEMPTS, log.read_text()


def test_whatever_is_killed_the_results_are_those_of_an_undisturbed_run(
    fresh, expected, request, say, tmp_path
):
    seed = request.config.getoption("--kill-seed")
    seed = int(time.time()) if seed is None else seed
    disturbance = Disturbance(seed, request.config.getoption("--kills"), say)
    say(f"{disturbance.kills} kills; again with: --kill-seed {seed}")
    runs = 0
    while disturbance.left:
        runs += 1
        unlocked = run_to_its_end(fresh, disturbance, tmp_path / "log")
        wait_until_gone(disturbance.orphans)
        assert differences(fresh.results(), expected) == []
        assert "are as their manifests say" in fresh.verify()
        assert "Nothing to be done" in fresh.run("-n")
        say(f"     run {runs} ended, results equal; locks removed: {unlocked}")
        shutil.rmtree(fresh.folder / "results")
