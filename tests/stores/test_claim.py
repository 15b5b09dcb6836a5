import os
import subprocess
import sys
import threading
import time

import pytest

from scatterlab.stores.claim import HELD, claim, release

HOLDER = """
import sys, time
from pathlib import Path
from scatterlab.stores.atomic import replacing
from scatterlab.stores.claim import claim
claim(sys.argv[1])
with replacing(sys.argv[1]) as made:
    made.write_text("unfinished")
    print("claimed", flush=True)
    sys.stdin.read()
Path(sys.argv[1]).write_text("earlier")
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has claimed a target, writes it, and ends when its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "result.json")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True) as process:
        assert process.stdout.readline() == "claimed\n"
        yield process
        process.kill()


@pytest.fixture
def target(tmp_path):
    """What this process claims in a test, and gives back after it."""
    yield tmp_path / "result.json"
    release()


def test_a_claim_waits_for_the_writer_before_and_says_for_whom(holder, target, capsys):
    waiting = threading.Thread(target=claim, args=[target])
    waiting.start()
    while "waiting" not in (said := capsys.readouterr().err):
        assert waiting.is_alive()
        time.sleep(0.01)
    assert f"{target}: waiting for process {holder.pid} on " in said
    assert not target.exists()
    holder.stdin.close()
    waiting.join()
    assert target.read_text() == "earlier"


def test_what_a_killed_writer_left_is_removed_by_the_next(holder, target):
    holder.kill()
    holder.wait()
    assert len(list(target.parent.glob(".result.json.*"))) == 2
    claim(target)
    assert [path.name for path in target.parent.iterdir()] == [".result.json.lock"]
    assert str(os.getpid()) in (target.parent / ".result.json.lock").read_text()


def test_a_claim_leaves_no_file_behind_and_can_be_made_again(target):
    claim(target)
    claim(target)
    release()
    assert list(target.parent.iterdir()) == []
    claim(target)


def test_many_processes_that_claim_at_once_take_turns(tmp_path):
    script = """
import sys
import threading
from pathlib import Path
from scatterlab.stores.claim import claim
claim(sys.argv[1])
count = Path(sys.argv[1])
count.write_text(str(int(count.read_text()) + 1))
"""
    target = tmp_path / "count"
    target.write_text("0")
    command = [sys.executable, "-c", script, str(target)]
    processes = [subprocess.Popen(command) for _ in range(8)]
    assert [process.wait() for process in processes] == [0] * 8
    assert target.read_text() == "8"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_without_locks_nothing_is_claimed_and_nothing_removed(target, monkeypatch):
    def no_locks(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("scatterlab.stores.claim.fcntl.flock", no_locks)
    leftover = target.parent / ".result.json.abcdefgh"
    leftover.mkdir()
    claim(target)
    assert leftover.is_dir()
    assert not HELD
