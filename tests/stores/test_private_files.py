"""What is being made is for its owner alone; what is made is for whom the user's umask lets."""

import os
import stat

import pytest

from scatterlab.stores.atomic import replacing, write_text


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request):
    previous = os.umask(request.param)
    yield request.param
    os.umask(previous)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_unfinished_work_is_beside_its_target_and_private(tmp_path, umask):
    target = tmp_path / "results" / "store.zarr"
    with replacing(target) as made:
        assert made.parent.parent == target.parent
        assert mode_of(made.parent) == 0o700
        made.mkdir()


def test_what_is_made_follows_the_umask(tmp_path, umask):
    with replacing(tmp_path / "store.zarr") as made:
        made.mkdir()
        (made / "zarr.json").write_text("{}")
    write_text(tmp_path / "store.json", "{}")
    assert mode_of(tmp_path / "store.zarr") == 0o777 & ~umask
    assert mode_of(tmp_path / "store.zarr" / "zarr.json") == 0o666 & ~umask
    assert mode_of(tmp_path / "store.json") == 0o666 & ~umask


def test_a_name_that_a_stranger_laid_out_is_not_written_through(tmp_path):
    """A link at the target is replaced; what it points to stays."""
    (tmp_path / "other").write_text("theirs")
    (tmp_path / "store.json").symlink_to(tmp_path / "other")
    write_text(tmp_path / "store.json", "ours")
    assert (tmp_path / "other").read_text() == "theirs"
    assert (tmp_path / "store.json").read_text() == "ours"
    assert not (tmp_path / "store.json").is_symlink()
