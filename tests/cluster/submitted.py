"""What was asked of Slurm for the jobs of a run of Snakemake."""

import re
from dataclasses import dataclass

from one_node_slurm import OneNodeSlurm

PROFILE = (
    "--workflow-profile",
    "profiles/slurm",
    "--slurm-init-seconds-before-status-checks",
    "1",
    "--latency-wait",
    "60",
)
"""The profile as it is, but for times: a test has few jobs, and they are short."""


@dataclass(frozen=True)
class Submitted:
    """A job of Slurm: `memory` in MB, `minutes` at most, `array` it is a task of, or None."""

    number: str
    rule: str
    state: str
    memory: int
    minutes: int
    gpus: int
    array: str | None


def submitted(slurm: OneNodeSlurm, printed: str) -> list[Submitted]:
    """Every job of the run that said `printed`, in the order of submission."""
    run = re.search(r"SLURM run ID: (\S+)", printed)[1]
    jobs = [as_submitted(job) for job in slurm.jobs() if job["JobName"] == run]
    return sorted(jobs, key=lambda job: int(job.number))


def as_submitted(job: dict[str, str]) -> Submitted:
    hours, minutes, _ = job["TimeLimit"].split(":")
    gpus = re.search(r"gpu:(\d+)", job.get("TresPerJob", ""))
    return Submitted(
        number=job["JobId"],
        rule=re.match(r"rule_(\w+?)(_wildcards_|$)", job["Comment"])[1],
        state=job["JobState"],
        memory=megabytes(job["MinMemoryNode"]),
        minutes=60 * int(hours) + int(minutes),
        gpus=int(gpus[1]) if gpus else 0,
        array=job.get("ArrayJobId"),
    )


def megabytes(shown: str) -> int:
    """Slurm's ``1500M`` or ``2G`` in MB."""
    return int(float(shown[:-1]) * {"M": 1, "G": 1024}[shown[-1]])
