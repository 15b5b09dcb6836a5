"""A Slurm for all tests of this folder."""

import pytest
from one_node_slurm import OneNodeSlurm
from slurm_packages import missing


@pytest.fixture(scope="session")
def slurm():
    if packages := missing():
        pytest.skip(f"needs {' and '.join(packages)}: make test-slurm installs them")
    with OneNodeSlurm() as started:
        yield started
