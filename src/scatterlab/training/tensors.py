"""Named tensors in one safetensors file that appears whole or not at all."""

import json
import os
from collections.abc import Mapping

import torch
from safetensors import safe_open
from safetensors.torch import save

from scatterlab.stores.atomic import replacing


def write_tensors(path: str | os.PathLike, tensors: Mapping[str, torch.Tensor], about: dict):
    """Write `tensors` and `about` (anything JSON holds). Equal content gives equal bytes.

    How tensors lie in memory, or on which device, makes no difference.
    """
    # one metadata key: safetensors does not keep the order of several
    plain = {name: tensor.contiguous() for name, tensor in tensors.items()}
    content = save(plain, {"about": json.dumps(about, sort_keys=True)})
    with replacing(path) as made:
        made.write_bytes(content)


def read_tensors(path: str | os.PathLike) -> tuple[dict[str, torch.Tensor], dict]:
    """What `write_tensors` wrote. Raises `safetensors.SafetensorError` if it is not whole."""
    with safe_open(path, framework="pt") as file:
        names, about = file.keys(), json.loads(file.metadata()["about"])
        return {name: file.get_tensor(name) for name in names}, about
