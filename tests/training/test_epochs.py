"""Few images are gone over more often."""

from hypothesis import given
from hypothesis import strategies as st

from scatterlab.training.epochs import with_epochs_for


@given(st.integers(1, 10_000), st.integers(1, 128), st.integers(0, 3000))
def test_there_are_steps_enough_and_no_epoch_too_many(count, batch_size, least):
    spec = {"epochs": 5, "batch_size": batch_size, "least_steps": least, "seed": 3}
    found = with_epochs_for(count, spec)
    batches = -(-count // batch_size)
    assert found["epochs"] * batches >= least
    assert found["epochs"] == 5 or (found["epochs"] - 1) * batches < least
    assert found == {**spec, "epochs": found["epochs"]}
