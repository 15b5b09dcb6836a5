"""What a safetensors file holds: a network's weights or a trained classifier."""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

from scatterlab.errors import StoreError


def describe_weights(path: Path) -> dict:
    """Names, shapes and dtypes of the tensors in `path`, and what the file says of them.

    Only the head of the file is read. Raises `StoreError` if it is not whole.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            slices = {name: file.get_slice(name) for name in file.offset_keys()}
            about = {key: json.loads(text) for key, text in (file.metadata() or {}).items()}
    except (SafetensorError, ValueError) as error:
        raise StoreError(
            f"{path}: not a safetensors file ({error}); run the rule that makes it again"
        ) from None
    tensors = {
        name: {"shape": part.get_shape(), "dtype": part.get_dtype()}
        for name, part in slices.items()
    }
    return {
        "path": str(path),
        "kind": "weights",
        "tensors": tensors,
        "stored_bytes": path.stat().st_size,
        "attributes": about,
    }
