"""`make setup` is killed at random moments, and mends itself the next time."""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest
from copied_workflow import ROOT

pytestmark = pytest.mark.faults
KILLS, LATEST = 5, 12.0
"""How often it is killed, and after how many seconds at most."""
PROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
[project]
name = "stands-in"
version = "0"
[tool.setuptools]
py-modules = []
"""


@pytest.fixture
def project(tmp_path):
    """The Makefile, with one small package to install."""
    shutil.copy2(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").write_text("six==1.17.0\n")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return tmp_path


def test_an_installation_that_was_killed_is_whole_after_the_next(project, say):
    moments = random.Random(0)
    for _ in range(KILLS):
        moment = moments.uniform(0, LATEST)
        make = subprocess.Popen(["make", "setup"], cwd=project, start_new_session=True)
        time.sleep(moment)
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGKILL)
        say(f"make setup after {moment:.1f} s: {make.wait()}")
        os.utime(project / "requirements.lock")
    subprocess.run(["make", "setup"], cwd=project, check=True)
    check = "import six, importlib.metadata as found; found.version('stands-in')"
    subprocess.run([project / ".venv/bin/python", "-c", check], check=True)
