"""A finished small run, copied for each test that wants to disturb it."""

import os

import pytest
from copied_workflow import Workflow
from filelock import FileLock


@pytest.fixture(scope="session")
def fresh():
    """Makes a copy of the workflow, with nothing run, in a folder that is not there yet."""
    return Workflow.fresh


@pytest.fixture(scope="session")
def finished(fresh, tmp_path_factory) -> Workflow:
    """A run of the small configuration that went well, one for all workers; do not change it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with FileLock(shared / "finished.lock"):
        if not (shared / "finished").exists():
            workflow = fresh(tmp_path_factory.mktemp("workflow") / "finished")
            workflow.run()
            workflow.folder.rename(shared / "finished")
    return Workflow(shared / "finished")


@pytest.fixture
def workflow(finished, tmp_path) -> Workflow:
    """A copy of a finished run, to be disturbed."""
    return finished.copy(tmp_path / "copy")
