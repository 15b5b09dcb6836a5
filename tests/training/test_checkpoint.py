"""Checkpoints on disk."""

import json

import pytest
import torch

from scatterlab.training.checkpoint import Checkpoints, configuration_key

KEY, OTHER = "a" * 64, "b" * 64


def history(epochs):
    return [{"epoch": epoch + 1, "loss": 0.5 / (epoch + 1)} for epoch in range(epochs)]


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path / "checkpoints", KEY)


def test_there_is_none_at_first(checkpoints):
    assert checkpoints.latest() is None


def test_the_last_is_found_and_the_earlier_are_dropped(checkpoints):
    for epochs in range(1, 13):
        checkpoints.save({"w": torch.tensor([float(epochs)])}, history(epochs))
    tensors, until = checkpoints.latest()
    assert tensors["w"].item() == 12
    assert until == history(12)
    assert len(list(checkpoints.folder.iterdir())) == 1


def test_those_of_another_configuration_are_ignored(checkpoints):
    Checkpoints(checkpoints.folder, OTHER).save({"w": torch.zeros(1)}, history(9))
    assert checkpoints.latest() is None
    checkpoints.save({"w": torch.ones(1)}, history(2))
    assert checkpoints.latest()[1] == history(2)
    # and are not touched: the other training may still go on
    assert Checkpoints(checkpoints.folder, OTHER).latest()[1] == history(9)


def test_a_file_that_is_not_whole_gives_way_to_the_one_before(checkpoints):
    checkpoints.save({"w": torch.ones(100)}, history(1))
    (whole,) = checkpoints.folder.iterdir()
    broken = whole.with_name(whole.name.replace("00001", "00002"))
    broken.write_bytes(whole.read_bytes()[:-8])
    assert checkpoints.latest()[1] == history(1)


def test_removing_leaves_nothing_of_ours_and_all_else(checkpoints):
    for key in (KEY, OTHER):
        Checkpoints(checkpoints.folder, key).save({"w": torch.ones(1)}, history(1))
    killed = checkpoints.folder / f".{KEY[:16]}-epoch-00002.safetensors.x1y2"
    killed.mkdir()
    (killed / "half").write_text("")
    (checkpoints.folder / "notes.txt").write_text("mine")
    checkpoints.remove()
    assert [path.name for path in checkpoints.folder.iterdir()] == ["notes.txt"]
    (checkpoints.folder / "notes.txt").unlink()
    checkpoints.remove()
    assert not checkpoints.folder.exists()


def test_the_key_follows_the_specification_and_the_data(tmp_path):
    manifest = tmp_path / "images.json"
    manifest.write_text(json.dumps({"files": {}}))
    key = configuration_key({"epochs": 3, "seed": 0}, manifest)
    assert key == configuration_key({"seed": 0, "epochs": 3}, manifest)
    assert key != configuration_key({"seed": 1, "epochs": 3}, manifest)
    manifest.write_text(json.dumps({"files": {"x": "0"}}))
    assert key != configuration_key({"epochs": 3, "seed": 0}, manifest)
