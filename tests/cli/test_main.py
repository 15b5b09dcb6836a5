import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scatterlab.cli.main import main


def test_the_installed_command_is_the_one_of_python_m():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    module, _, function = project["project"]["scripts"]["scatterlab"].partition(":")
    assert getattr(importlib.import_module(module), function) is main


def test_python_m_scatterlab_lists_its_commands():
    command = [sys.executable, "-m", "scatterlab", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "info" in said
    assert "verify" in said


def test_an_unknown_command_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["repair"])
    assert "verify" in capsys.readouterr().err
