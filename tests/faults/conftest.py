"""Options of the fault tests, and an undisturbed run to compare with: ``make test-faults``."""

import time

import pytest
from tiny_run import TinyRun


def pytest_addoption(parser):
    group = parser.getgroup("faults")
    group.addoption("--kills", type=int, default=50, help="processes that are killed (default 50)")
    group.addoption("--kill-seed", type=int, help="of their choice and moments (default: the time)")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory) -> TinyRun:
    """A run that nothing happened to; do not change it."""
    run = TinyRun.fresh(tmp_path_factory.mktemp("undisturbed") / "run")
    run.run()
    return run


@pytest.fixture(scope="session")
def expected(undisturbed) -> dict[str, str]:
    """The results of a run that nothing happened to."""
    return undisturbed.results()


@pytest.fixture
def finished(undisturbed, tmp_path) -> TinyRun:
    """A copy of a run that nothing happened to, to be disturbed."""
    return undisturbed.copy(tmp_path / "copy")


@pytest.fixture
def fresh(tmp_path) -> TinyRun:
    """A copy of the workflow, with nothing run."""
    return TinyRun.fresh(tmp_path / "fresh")


@pytest.fixture
def say(capsys):
    """Prints a line of progress, with the time since the test began."""
    began = time.monotonic()

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{time.monotonic() - began:6.1f} s  {text}", end="", flush=True)

    return line
