"""A Slurm of one node on this machine, with one pretend GPU: started for tests, and stopped."""

import getpass
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from slurm_packages import SEARCHED

# no cgroups and no database: neither can be had everywhere. Memory is watched every second, and
# jobs that take more than they asked for are killed.
CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
KillWait=5
MinJobAge=86400
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} Gres=gpu:1 State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=1440 State=UP
"""


class OneNodeSlurm:
    """A controller and a node, as long as the block of its ``with`` lasts.

    Needs no root, and neither cgroups nor a database. Raises `RuntimeError` with the daemons' logs
    if the node does not come up.

    Attributes
    ----------
    settings : environment variables of commands that shall speak to it.
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # short: it holds sockets
        self.host = socket.gethostname().split(".")[0]
        self.daemons: list[subprocess.Popen] = []
        self.settings = {
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
        }

    def __enter__(self) -> "OneNodeSlurm":
        try:
            self.configure()
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception) -> None:
        self.stop()

    def configure(self) -> None:
        for name in ("state", "spool", "bin"):
            (self.folder / name).mkdir()
        conf = CONF.format(
            folder=self.folder,
            host=self.host,
            user=getpass.getuser(),
            controller_port=free_port(),
            node_port=free_port(),
            cpus=os.cpu_count(),
            memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        )
        (self.folder / "slurm.conf").write_text(conf)
        (self.folder / "gres.conf").write_text(f"NodeName={self.host} Name=gpu File=/dev/null\n")
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(1024))
        # Snakemake takes SLURM_CONF from the environment of its srun: give it back
        shim = self.folder / "bin" / "srun"
        real = shutil.which("srun", path=SEARCHED)
        shim.write_text(f'#!/bin/sh\nexec env SLURM_CONF={self.folder}/slurm.conf {real} "$@"\n')
        shim.chmod(0o755)

    def start(self) -> None:
        self.folder.chmod(0o755)  # munge trusts no socket in a folder that others cannot enter
        files = {"socket": "socket", "key-file": "key", "log-file": "log"}
        files |= {"pid-file": "pid", "seed-file": "seed"}
        options = [f"--{option}={self.folder}/munge.{end}" for option, end in files.items()]
        self.launch("munged", "--foreground", "--force", *options)
        self.wait_for(lambda: (self.folder / "munge.socket").exists(), "munged")
        self.launch("slurmctld", "-D", "-f", f"{self.folder}/slurm.conf")
        self.launch("slurmd", "-D", "-f", f"{self.folder}/slurm.conf", "-N", self.host)
        self.wait_for(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T", check=False), "slurmd")

    def launch(self, daemon: str, *options: str) -> None:
        with (self.folder / f"{daemon}.log").open("w") as log:
            program = shutil.which(daemon, path=SEARCHED)
            command = [program, *options]
            self.daemons.append(
                subprocess.Popen(
                    command, env={**os.environ, **self.settings}, stdout=log, stderr=log
                )
            )

    def wait_for(self, ready, what: str, seconds: float = 30) -> None:
        for _ in range(int(seconds / 0.2)):
            if ready():
                return
            time.sleep(0.2)
        logs = "".join(path.read_text()[-2000:] for path in self.folder.glob("*.log"))
        raise RuntimeError(f"{what} is not ready after {seconds} s:\n{logs}")

    def ask(self, *command: str, check: bool = True) -> str:
        """What a command prints that speaks to this Slurm."""
        done = subprocess.run(
            command,
            env={**os.environ, **self.settings},
            check=check,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def jobs(self) -> list[dict[str, str]]:
        """The record of every job so far, finished ones too: what `scontrol show job` says."""
        shown = self.ask("scontrol", "show", "job", "--oneliner")
        lines = (line for line in shown.splitlines() if line.startswith("JobId="))
        return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in lines]

    def stop(self) -> None:
        """Cancel every job, end the daemons and what is left of them, delete the folder."""
        if len(self.daemons) == 3:
            self.ask("scancel", "--user", getpass.getuser(), check=False)
            with suppress(RuntimeError):
                self.wait_for(lambda: not self.ask("squeue", "-h", check=False), "scancel")
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(timeout=10)
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self) -> dict[int, list[str]]:
        """The command of every process that was given this Slurm's configuration, by number."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf"
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in strings(path / "environ"):
                    found[int(path.name)] = strings(path / "cmdline")
        return found


def strings(path: Path) -> list[str]:
    """What the kernel keeps of a process between zero bytes."""
    return path.read_bytes().decode(errors="replace").rstrip("\0").split("\0")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
