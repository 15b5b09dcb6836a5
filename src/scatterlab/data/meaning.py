"""What the values of an images store mean, as attributes that stand beside them."""

from collections.abc import Mapping

import numpy as np

from scatterlab.data.factors import Factor


def sample_coordinates(
    labels: np.ndarray, split: np.ndarray, factors: Mapping[str, Factor]
) -> dict[str, tuple]:
    """Number, class, split and factors of each sample: name → (dimension, values, attributes)."""
    columns = {
        "sample": (np.arange(len(labels)), "number in the data set"),
        "label": (labels, "class, an index into class_names"),
        "split": (split, "split, an index into split_names"),
    }
    for name, factor in factors.items():
        columns[f"factor_{name}"] = (factor.numbers, f"{name}, an index into factors[{name!r}]")
    return {
        name: ("sample", values, {"long_name": meaning})
        for name, (values, meaning) in columns.items()
    }


def array_attributes(dtype: np.dtype, sounds: bool) -> dict[str, str]:
    """What a stored value is: intensity, or of sounds the pressure."""
    if sounds:
        return {"long_name": "pressure", "units": "full scale"}
    return {"long_name": "intensity", "units": "1/255" if dtype == np.uint8 else "1"}
