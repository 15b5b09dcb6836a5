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


def test_a_changed_key_is_heeded_where_results_are_of_yesterday(finished, expected):
    set_times(finished.folder / "results", -DAY)
    changed = finished.write("change.yaml", CHANGE)
    for overlays in ([changed], []):
        finished.run(config=overlays)
    assert differences(finished.results(), expected) == []


def test_an_input_of_tomorrow_is_named_and_once_its_time_is_mended_the_run_ends(finished, expected):
    data = finished.folder / "results/data"
    set_times(data, DAY)
    changed = finished.write("change.yaml", CHANGE)
    printed = finished.run(config=[changed], fails=True)
    assert "than input results/data/digits/images" in printed
    assert "This could indicate a clock skew problem" in printed
    set_times(data, 0)
    for overlays in ([changed], []):
        finished.run(config=overlays)
    assert differences(finished.results(), expected) == []


def test_a_module_that_was_edited_tomorrow_is_heeded(finished):
    module = finished.folder / "src/scatterlab/wavelets/unitary.py"
    module.write_text(module.read_text() + "\n# changed\n")
    set_times(module.parent, DAY)
    assert "compute_features" in finished.planned()
