"""The 1,797 handwritten digits of 8×8 pixels that scikit-learn carries.

They are the test part of the UCI data set "Optical Recognition of Handwritten Digits"
(E. Alpaydin and C. Kaynak, 1998); a split of our own is drawn from a seed.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from scatterlab.data.source import Source
from scatterlab.data.split import drawn_as, seeded_split, storing_order

LEVELS = 16
"""The grey value that means white."""


@contextlib.contextmanager
def open_source(spec: Mapping, archives: Mapping[str, Path]) -> Iterator[Source]:
    """The digits, float32 in [0, 1]; no archive is needed."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    labels, class_names = digits.target.astype(np.int64), [str(k) for k in digits.target_names]
    split = seeded_split(labels, class_names, spec["split"])
    order = storing_order(labels, split)
    images = (digits.images[order, None] / LEVELS).astype(np.float32)
    yield Source(
        labels=labels[order],
        split=split[order],
        class_names=class_names,
        shape=images.shape[1:],
        dtype=images.dtype,
        images=lambda wanted: (images[sample] for sample in wanted),
        provenance={"split": drawn_as(spec["split"])},
    )
