import pytest
from small_run import small_run

from scatterlab.report.layout import Contents, Layout


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory) -> tuple[Layout, Contents]:
    """A run of one data set with everything in it; tests must not alter it."""
    return small_run(tmp_path_factory.mktemp("run"))
