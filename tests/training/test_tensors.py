"""Files of tensors."""

import pytest
import torch
from safetensors import SafetensorError

from scatterlab.training.tensors import read_tensors, write_tensors

TENSORS = {"b": torch.arange(6).reshape(2, 3), "a": torch.tensor([0.1, -0.0])}


def test_what_is_written_is_read(tmp_path):
    write_tensors(tmp_path / "new" / "x.safetensors", TENSORS, {"epoch": 3, "history": [0.1]})
    tensors, about = read_tensors(tmp_path / "new" / "x.safetensors")
    assert about == {"epoch": 3, "history": [0.1]}
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


def test_equal_content_gives_equal_bytes(tmp_path):
    for name, about in (("x", {"p": 1, "q": 2, "r": 3}), ("y", {"r": 3, "q": 2, "p": 1})):
        write_tensors(tmp_path / name, TENSORS, about)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_how_tensors_lie_in_memory_makes_no_difference(tmp_path):
    tensor = torch.rand(2, 3, 4, 5)
    write_tensors(tmp_path / "x", {"w": tensor}, {})
    write_tensors(tmp_path / "y", {"w": tensor.to(memory_format=torch.channels_last)}, {})
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_a_truncated_file_is_refused(tmp_path):
    write_tensors(tmp_path / "x", TENSORS, {})
    (tmp_path / "x").write_bytes((tmp_path / "x").read_bytes()[:-4])
    with pytest.raises(SafetensorError):
        read_tensors(tmp_path / "x")
