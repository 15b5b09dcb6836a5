"""One configuration laid over another."""

from collections.abc import Mapping
from typing import Any


def overlay(base: Any, top: Any) -> Any:
    """`top` laid over `base`, as Snakemake merges configuration files."""
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        merged = dict(base)
        for key, value in top.items():
            merged[key] = overlay(base.get(key), value)
        return merged
    return top
