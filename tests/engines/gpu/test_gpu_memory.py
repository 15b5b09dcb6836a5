import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scatterlab import Scattering2D
from scatterlab.engines.gpu import memory, torch_steps
from scatterlab.engines.gpu.memory import Cost, check_fit, chunk_of, cost_of
from scatterlab.engines.gpu.transform import Transform
from scatterlab.errors import InputError

CARD = torch.device("cuda", 0)
COST = Cost(output=100, forward=1000, kept=500, backward=1000, moved=3000)


@given(signals=st.integers(1, 10**6), working=st.integers(1, 2**40), free=st.integers(1, 2**37))
def test_chunks_fit_and_are_as_large_as_each_other(signals, working, free):
    chunk = chunk_of(signals, working, free)
    assert 1 <= chunk <= min(signals, memory.MOST)
    assert chunk == 1 or chunk * working <= min(free, memory.AT_ONCE)
    chunks = -(-signals // chunk)
    assert chunk * chunks - signals < chunks


@given(free=st.integers(0, 10**5))
def test_as_many_signals_fit_as_the_error_says(free):
    most = (free - COST.forward) // COST.output
    if most > 0:
        check_fit(most, COST, free, CARD)
        with pytest.raises(InputError, match=f"give at most {most} at once"):
            check_fit(most + 1, COST, free, CARD)
    else:
        with pytest.raises(InputError, match="one alone takes"):
            check_fit(1, COST, free, CARD)


def test_the_error_names_the_card_and_the_sizes():
    cost = Cost(2**20, 2**30, 0, 0, 0)
    with pytest.raises(InputError, match=r"1000000 signals .* 80 GiB free on cuda:0.*977 GiB"):
        check_fit(10**6, cost, 80 * 2**30, CARD)


@pytest.mark.parametrize("max_order", [0, 1, 2, 3])
def test_what_is_kept_for_the_gradient_is_counted_exactly(max_order):
    tree = Scattering2D(3, (16, 12), 2, max_order, engine="reference")._engine.tree
    transform = Transform(tree, torch.device("cpu"), torch.float32, torch_steps)
    out, kept = torch.zeros(3, *tree.output_shape), []
    transform.forward(torch.rand(3, 16, 12), out, kept)
    cost = cost_of(tree, torch.float32)
    assert 3 * cost.kept == sum(part.nbytes for part in kept)
    assert 3 * cost.output == out.nbytes
    assert cost.forward >= max((2 * part.nbytes for part in kept), default=0) / 3


def test_memory_beside_a_card_is_not_counted():
    assert memory.free_bytes(torch.device("cpu")) == float("inf")
