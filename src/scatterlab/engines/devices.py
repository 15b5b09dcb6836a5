"""A graphics card of its own for each process, on a machine with several.

A scheduler tells each of its jobs which card is its own, by ``CUDA_VISIBLE_DEVICES``. Where there
is none, the processes of a user agree by locks on files, which the kernel lifts when a process
ends, however it ends.
"""

import contextlib
import fcntl
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from scatterlab.errors import ConfigError, ScatterlabError

VISIBLE = "CUDA_VISIBLE_DEVICES"
"""What CUDA shows of the machine's cards. Set, it is a scheduler's or the user's, and stays."""
CHOSEN = "SCATTERLAB_GPUS"
"""The cards to hand out, separated by commas: numbers in the order of the bus, or UUIDs."""
LOCKS = Path(f"/tmp/scatterlab-gpus-{os.getuid()}")
"""The locks of this user's processes on this machine, whatever their TMPDIR."""
SECONDS = 1.0
"""Between two looks for a card that is free again."""

_held: list[IO] = []


def take_gpu(devices: Sequence[str] | None = None, folder: Path | None = None) -> str | None:
    """Make one of `devices` (by default `devices_here`) the only card that this process sees.

    To be called before anything asks CUDA for a card. Where ``CUDA_VISIBLE_DEVICES`` is set, even
    to nothing, or the machine has one card or none, nothing is done and the result is None;
    otherwise it is the card's name, which is also printed. Waits, and says so, while other
    processes have all of them. `folder` is where the locks are, by default `LOCKS`.
    """
    if VISIBLE in os.environ:
        return None
    devices = devices_here() if devices is None else devices
    if len(devices) < 2 and CHOSEN not in os.environ:
        return None
    folder = folder or private_folder()
    if (taken := lock_one(devices, folder)) is None:
        print(f"all {len(devices)} GPUs are taken: waiting for one", file=sys.stderr, flush=True)
    while taken is None:
        time.sleep(SECONDS)
        taken = lock_one(devices, folder)
    device, lock = taken
    _held.append(lock)
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    os.environ[VISIBLE] = device
    print(f"GPU {device}, one of {len(devices)}", file=sys.stderr, flush=True)
    return device


def jobs_at_once() -> int:
    """How many processes can have a card of their own here; a scheduler's grant is for one."""
    if VISIBLE in os.environ:
        return int(bool(os.environ[VISIBLE]))
    return len(devices_here())


def devices_here() -> list[str]:
    """The cards that may be handed out: those that ``SCATTERLAB_GPUS`` names, or all there are.

    Neither CUDA is started nor torch imported. Raises `ConfigError` if a name is empty or twice
    there.
    """
    if CHOSEN not in os.environ:
        return installed()
    devices = [name.strip() for name in os.environ[CHOSEN].split(",")]
    if "" in devices or len(set(devices)) < len(devices):
        raise ConfigError(f"{CHOSEN}={os.environ[CHOSEN]}: name each GPU once, as in {CHOSEN}=0,1")
    return devices


def installed() -> list[str]:
    """UUIDs of the NVIDIA cards, and of the parts (MIG) of those that are divided."""
    if shutil.which("nvidia-smi") is None:
        return []
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return uuids(listed.stdout) if listed.returncode == 0 else []


def uuids(listed: str) -> list[str]:
    """The UUIDs in what ``nvidia-smi -L`` printed, less those of cards that are divided."""
    cards = re.split(r"^(?=GPU )", listed, flags=re.MULTILINE)
    found = [re.findall(r"\(UUID: ([^)]+)\)", card) for card in cards]
    return [name for names in found for name in (names[1:] or names)]


def lock_one(devices: Sequence[str], folder: Path) -> tuple[str, IO] | None:
    """The first of `devices` that no process has, and the open file that keeps it; else None."""
    for device in devices:
        lock = (folder / re.sub(r"[^\w-]", "_", device)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return device, lock
    return None


def private_folder(folder: Path = LOCKS) -> Path:
    """`folder`, made if it is not there. Raises `ScatterlabError` if it is not this user's own."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ScatterlabError(f"{folder}: not a folder of this user; have its owner remove it")
    return folder
