"""Handing out graphics cards: pretended ones, to real processes."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scatterlab.engines import devices
from scatterlab.engines.devices import VISIBLE, jobs_at_once, lock_one, take_gpu, uuids
from scatterlab.errors import ConfigError, ScatterlabError

LISTED = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb)
  MIG 3g.20gb     Device  0: (UUID: MIG-b0)
  MIG 3g.20gb     Device  1: (UUID: MIG-b1)
GPU 2: NVIDIA A100-SXM4-40GB (UUID: GPU-cccc)
"""


@pytest.fixture(autouse=True)
def nothing_granted(monkeypatch):
    """No card is granted or chosen, and what a test changes is changed back."""
    for name in (VISIBLE, devices.CHOSEN, "CUDA_DEVICE_ORDER"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    held: list = []
    monkeypatch.setattr(devices, "_held", held)
    yield
    for lock in held:
        lock.close()


@pytest.fixture
def holder(tmp_path):
    """Starts a process that holds one of the GPUs it is given, or waits for one."""
    with ExitStack() as stack:

        def start(*names, **environment):
            process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name("hold_gpu.py"), tmp_path, *names],
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.wait)
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def taken_by(process) -> str:
    """The GPU that a process says it took, once it has one; it sees no other."""
    taken, visible = process.stdout.readline().split()
    assert taken == visible
    return taken


def test_processes_at_once_take_distinct_gpus(holder):
    processes = [holder("0", "1", "2", "3") for _ in range(4)]
    assert sorted(map(taken_by, processes)) == ["0", "1", "2", "3"]


def test_a_process_more_than_gpus_waits_says_so_and_gets_the_first_that_is_free(holder):
    first, second = holder("0", "1"), holder("0", "1")
    has = {taken_by(process): process for process in (first, second)}
    third = holder("0", "1")
    assert "all 2 GPUs are taken: waiting for one" in third.stderr.readline()
    has["1"].stdin.close()
    assert taken_by(third) == "1"


def test_the_gpu_of_a_killed_process_is_free_again(holder):
    first, second = holder("0", "1"), holder("0", "1")
    has = {taken_by(process): process for process in (first, second)}
    has["0"].kill()
    has["0"].wait()
    assert taken_by(holder("0", "1")) == "0"


@pytest.mark.parametrize("granted", ["3", "0,1", ""])
def test_what_a_scheduler_granted_is_left_alone(holder, granted):
    process = holder("0", "1", **{VISIBLE: granted})
    process.stdin.close()
    assert process.stdout.readline().rstrip("\n") == f"None {granted}"


@pytest.mark.parametrize("names", [[], ["0"]])
def test_with_fewer_than_two_gpus_nothing_is_handed_out(tmp_path, names):
    assert take_gpu(names, tmp_path) is None
    assert VISIBLE not in os.environ
    assert not list(tmp_path.iterdir())


def test_a_process_that_has_a_gpu_takes_no_second_one(tmp_path):
    assert take_gpu(["0", "1"], tmp_path) == "0"
    assert take_gpu(["0", "1"], tmp_path) is None
    assert os.environ[VISIBLE] == "0"
    assert lock_one(["0"], tmp_path) is None
    free, lock = lock_one(["0", "1"], tmp_path)
    lock.close()
    assert free == "1"


@given(
    count=st.integers(2, 5),
    steps=st.lists(st.one_of(st.none(), st.integers(0, 7)), max_size=30),
)
def test_whoever_comes_and_goes_no_gpu_has_two_holders_or_idles_while_one_waits(count, steps):
    """A step is one who wants a GPU (None), or the end of one of those who have one."""
    names = [f"GPU-{number}" for number in range(count)]
    held = []
    with tempfile.TemporaryDirectory() as folder:
        for step in steps:
            if step is None:
                taken = lock_one(names, Path(folder))
                assert (taken is None) == (len(held) == count)
                held += [taken] * (taken is not None)
            elif held:
                held.pop(step % len(held))[1].close()
            assert len({device for device, _ in held}) == len(held)
        for _, lock in held:
            lock.close()


def test_divided_cards_are_handed_out_by_their_parts():
    assert uuids(LISTED) == ["GPU-aaaa", "MIG-b0", "MIG-b1", "GPU-cccc"]
    assert uuids("No devices were found\n") == []


def test_gpus_may_be_chosen_even_one(monkeypatch, tmp_path):
    monkeypatch.setenv(devices.CHOSEN, "2, 3")
    assert devices.devices_here() == ["2", "3"]
    assert jobs_at_once() == 2
    monkeypatch.setenv(devices.CHOSEN, "3")
    assert take_gpu(folder=tmp_path) == "3"


@pytest.mark.parametrize("chosen", ["2,2", "2,", ""])
def test_a_choice_of_gpus_that_is_none_is_refused(monkeypatch, chosen):
    monkeypatch.setenv(devices.CHOSEN, chosen)
    with pytest.raises(ConfigError, match=f"SCATTERLAB_GPUS={chosen}: name each GPU once"):
        devices.devices_here()


@pytest.mark.parametrize(("granted", "jobs"), [("0,1", 1), ("GPU-aaaa", 1), ("", 0)])
def test_a_grant_is_for_one_job_at_once(monkeypatch, granted, jobs):
    monkeypatch.setenv(devices.CHOSEN, "0,1,2")
    monkeypatch.setenv(VISIBLE, granted)
    assert jobs_at_once() == jobs


def test_a_machine_without_nvidias_tools_has_no_gpus(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices.devices_here() == []


def test_gpus_are_those_that_nvidias_tool_lists(monkeypatch, tmp_path):
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{LISTED}END\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert len(devices.devices_here()) == 4
    tool.write_text("#!/bin/sh\nexit 9\n")
    assert devices.devices_here() == []


def test_the_folder_of_locks_is_private(tmp_path):
    folder = devices.private_folder(tmp_path / "locks")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert devices.private_folder(folder) == folder
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(ScatterlabError, match="link: not a folder of this user"):
        devices.private_folder(tmp_path / "link")
