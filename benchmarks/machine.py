"""The machine and the versions that the numbers were measured with."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch


def described() -> list[str]:
    """Lines that name the processor, its cores, and what else matters for the times."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    capability = torch.backends.cpu.get_cpu_capability()
    return [
        f"{processor()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads used, "
        f"{capability}; load before the run (1, 5, 15 minutes): {load}",
        f"Kymatio {version('kymatio')}, torch {torch.__version__}, Python "
        f"{platform.python_version()}, {platform.system()} {platform.release()}",
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
