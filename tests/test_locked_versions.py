"""Every version is locked, in one list that all ways to install share."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LINES = [
    line
    for line in (ROOT / "requirements.lock").read_text().splitlines()
    if not line.startswith("#")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_every_package_has_one_exact_version_and_comes_from_the_index():
    for line in LINES:
        (pin,) = Requirement(line).specifier
        assert pin.operator == "==", line
        assert "*" not in pin.version, line
        assert Requirement(line).url is None, line
    names = [canonicalize_name(Requirement(line).name) for line in LINES]
    assert len(names) == len(set(names))
    assert "torch==2.13.0" in LINES


def test_everything_the_project_asks_for_is_locked_at_a_version_that_it_accepts():
    locked = {canonicalize_name(Requirement(line).name): Requirement(line) for line in LINES}
    extras = PROJECT["optional-dependencies"].values()
    for text in [*PROJECT["dependencies"], *(one for extra in extras for one in extra)]:
        wanted = Requirement(text)
        (pin,) = locked[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), text


def test_all_ways_to_install_take_the_list_and_nothing_else():
    installs = {
        "Makefile": r"pip install .*",
        "envs/Dockerfile": r"pip install .*",
        "envs/scatterlab.yaml": r"- (?:--requirement.*|\.\.)$",
    }
    for file, pattern in installs.items():
        found = re.findall(pattern, (ROOT / file).read_text(), re.M)
        assert any("requirements.lock" in line for line in found), file
    for line in re.findall(r"pip install (.*)", (ROOT / "envs/Dockerfile").read_text()):
        assert "requirements.lock" in line or "--no-deps" in line
    assert "make test" in (ROOT / ".ci/run").read_text()
