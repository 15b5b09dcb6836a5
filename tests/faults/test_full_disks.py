"""Disks that are full, or cannot be written."""

import os

import pytest
from mounted import read_only, resize, small_disk
from tiny_run import SHARD, differences

pytestmark = pytest.mark.faults
FOLDER = "results/features/digits/scattering1"
OTHER = SHARD.replace("shard-0", "shard-1")


def content(folder):
    """Relative path → bytes of all below `folder`, hidden files too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_disk_that_is_full_stops_a_shard_and_nothing_else_is_lost(fresh, expected):
    folder = fresh.folder / FOLDER
    with small_disk(folder):
        fresh.run(f"{SHARD}.json")
        before = content(folder)
        used = os.statvfs(folder)
        resize(folder, (used.f_blocks - used.f_bfree + 5) * used.f_frsize)
        printed = fresh.run(f"{OTHER}.json", fails=True)
        assert f"error: {fresh.folder / OTHER}" in printed or f"error: {OTHER}" in printed
        assert "No space left on device. Nothing was left half-written." in printed
        assert "Traceback" not in printed
        assert content(folder) == before
        resize(folder, 10_000_000)
        fresh.run()
        assert differences(fresh.results(), expected) == []


def test_results_that_cannot_be_written_are_named_and_stay(finished, expected):
    folder = finished.folder / FOLDER
    before = content(folder)
    with read_only(folder):
        printed = finished.run("--force", f"{SHARD}.json", fails=True)
        assert "Write-protected output files" in printed
        assert SHARD in printed
        assert content(folder) == before
        assert "are as their manifests say" in finished.verify()
    finished.run()
    assert differences(finished.results(), expected) == []
