"""Disjoint parts of the training images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scatterlab.config.training import Part
from scatterlab.training.part import part_of


@given(st.integers(0, 50), st.integers(1, 5), st.integers(0, 9))
def test_parts_share_no_sample_hold_all_and_are_of_one_size(count, of, seed):
    samples = np.arange(count) * 3
    parts = [
        part_of(samples, {"number": number, "of": of, "seed": seed}) for number in range(1, of + 1)
    ]
    assert sorted(np.concatenate(parts)) == samples.tolist()
    sizes = list(map(len, parts))
    assert max(sizes) - min(sizes) <= 1
    assert all((np.diff(part) > 0).all() for part in parts)


def test_without_a_part_all_samples_train():
    assert part_of(np.arange(4), None).tolist() == [0, 1, 2, 3]


def test_another_seed_deals_otherwise():
    first, second = (part_of(np.arange(20), {"number": 1, "of": 2, "seed": s}) for s in (0, 1))
    assert first.tolist() != second.tolist()


def test_a_part_beyond_the_last_is_refused():
    with pytest.raises(ValidationError, match="number: 3 is more than the 2 parts"):
        Part(number=3, of=2)
