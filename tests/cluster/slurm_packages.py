"""Install Slurm and MUNGE, if they are missing: ``make test-slurm``."""

import os
import shutil
import subprocess
import sys

SEARCHED = f"{os.environ['PATH']}:/usr/sbin:/sbin"
"""Where programs are looked for: daemons are not on everyone's PATH."""

PROGRAMS = {"slurmctld": "slurm-wlm", "slurmd": "slurm-wlm", "sbatch": "slurm-wlm"}
PROGRAMS |= {"munged": "munge"}


def missing() -> list[str]:
    """Debian's packages whose programs are not here."""
    absent = {
        package for program, package in PROGRAMS.items() if not shutil.which(program, path=SEARCHED)
    }
    return sorted(absent)


if __name__ == "__main__" and (packages := missing()):
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"error: install {' and '.join(packages)} first, as root (apt-get install …)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, check=True, env=environment)
