"""Clocks that go wrong: times of files in the future or in the past."""

import os
import time

import pytest
from tiny_run import differences

pytestmark = pytest.mark.faults
DAY = 86_400
CHANGE = "representations: {scattering1: {L: 3}}"


def set_times(folder, seconds):
    """Say of all files in `folder` that they were written so many seconds from now."""
    when = time.time() + seconds
    for where, _, names in os.walk(folder):
        for name in names:
            os.utime(os.path.join(where, name), (when, when))


@pytest.mark.parametrize("part", ["results", "results/data", "src"])
@pytest.mark.parametrize("days", [-1, 1])
def test_what_is_unchanged_is_not_made_again_whatever_its_time(finished, expected, part, days):
    set_times(finished.folder / part, days * DAY)
    finished.run()
    assert differences(finished.results(), expected) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_changed_key_is_heeded_whatever_the_times(finished, expected, days):
    """And back again: inputs from tomorrow stop a run, with a message, or do no harm."""
    set_times(finished.folder / "results", days * DAY)
    changed = finished.write("change.yaml", CHANGE)
    for overlays in ([changed], []):
        finished.run(config=overlays)
    assert differences(finished.results(), expected) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_an_edited_module_is_heeded_whatever_its_time(finished, days):
    module = finished.folder / "src/scatterlab/wavelets/unitary.py"
    module.write_text(module.read_text() + "\n# changed\n")
    set_times(module.parent, days * DAY)
    assert "compute_features" in finished.planned(config=[finished.write("none.yaml", "{}")])
