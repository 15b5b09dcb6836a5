"""The processes of a run: which are there, and how they are killed."""

import signal
import time
from pathlib import Path

import psutil

GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def jobs_of(snakemake: int) -> list[psutil.Process]:
    """The scripts that run under the process `snakemake`, in the order of their numbers."""
    try:
        below = psutil.Process(snakemake).children(recursive=True)
    except GONE:
        return []
    return sorted((process for process in below if script_of(process)), key=lambda job: job.pid)


def script_of(process: psutil.Process) -> str | None:
    """The name of the script that `process` runs; None if it is no job, or gone."""
    try:
        words = process.cmdline()
    except GONE:
        return None
    if len(words) > 1 and words[0].endswith("python") and "src/scripts/" in words[1]:
        return Path(words[1]).stem
    return None


def kill_group(snakemake: int) -> None:
    """Kill Snakemake and all that runs under it."""
    above = psutil.Process(snakemake)
    for process in [above, *above.children(recursive=True)]:
        send(process, signal.SIGKILL)


def send(process: psutil.Process, number: int) -> None:
    """Send a signal, unless `process` is gone."""
    try:
        process.send_signal(number)
    except GONE:
        return


def wait_until_gone(processes: list[psutil.Process], seconds: float = 120) -> None:
    """Wait for processes that go on without their Snakemake."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not alive, f"still there after {seconds} s: {alive}"


def wait_for_a_job(snakemake, seconds: float) -> list[psutil.Process]:
    """The jobs that run after so many `seconds`, or as soon as there is one; [] at the end."""
    time.sleep(seconds)
    while snakemake.poll() is None:
        if found := jobs_of(snakemake.pid):
            return found
        time.sleep(0.02)
    return []
