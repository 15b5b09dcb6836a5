"""A coordinate in a few values: how often each occurs, or from where to where they go."""

import numpy as np

FEW = 16
"""Distinct values that are counted one by one; of more, only the range is given."""
DESCRIBED = ("long_name", "units", "none", "angles", "angles_units")


def coordinate(values: np.ndarray, dimensions, attrs) -> dict:
    """A coordinate's dimensions, dtype, description, and ``counts`` or ``min`` and ``max``.

    ``counts`` is {value: number of times}, of integers and text; the values are JSON's.
    """
    about = {key: attrs[key] for key in DESCRIBED if key in attrs}
    found = {"dimensions": list(dimensions), "dtype": str(values.dtype), **about}
    if values.size == 0:
        return found
    distinct, times = np.unique(values, return_counts=True)
    if values.dtype.kind != "f" and len(distinct) <= FEW:
        return found | {"counts": dict(zip(distinct.tolist(), times.tolist(), strict=True))}
    return found | {"min": distinct[0].item(), "max": distinct[-1].item()}


def counted(numbers: np.ndarray, names: list[str]) -> dict[str, int]:
    """How many of `numbers`, indices into `names`, are of each name."""
    times = np.bincount(numbers, minlength=len(names))
    return dict(zip(names, times.tolist(), strict=True))
