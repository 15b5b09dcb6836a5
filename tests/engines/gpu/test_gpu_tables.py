import numpy as np
import pytest
import scipy.sparse as sparse
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import Scattering1D, Scattering2D
from scatterlab.engines.gpu import banded, torch_steps
from scatterlab.engines.gpu.banded import averaging
from scatterlab.engines.gpu.products import TOGETHER
from scatterlab.engines.gpu.schedule import layers_of
from scatterlab.engines.gpu.transform import Transform

CPU = torch.device("cpu")


def image_tree(J, shape, L=2, max_order=2, **options):
    return Scattering2D(J, shape, L, max_order, engine="reference", **options)._engine.tree


def time_tree(J, size, Q=(2, 1), **options):
    return Scattering1D(J, size, Q, engine="reference", **options)._engine.tree


TREES = [
    image_tree(3, (12, 9), max_order=3),
    image_tree(3, (12, 9), padding="periodic", bank="kymatio"),
    time_tree(5, 100),
]


@pytest.mark.parametrize("tree", TREES)
def test_every_node_is_in_one_group_after_its_parent(tree):
    met, inner = [], [-1]
    for layer in layers_of(tree):
        groups = {node: group for group in layer for node in group.nodes}
        assert {tree.nodes[node].parent for node in groups} == set(inner)
        assert all(tree.nodes[node].level == group.level for node, group in groups.items())
        inner = [node for group in layer for node in group.nodes[: group.inner]]
        assert inner == [node for node in groups if tree.children(node)]
        met += groups
    assert sorted(met) == list(range(len(tree.nodes)))


@pytest.mark.parametrize("tree", TREES)
def test_feeds_name_each_childs_parent_filter_and_place(tree):
    before, *layers = layers_of(tree)
    for layer in layers:
        parents = {group.level: group.nodes for group in before}
        for group in layer:
            places = [place for feed in group.feeds for place in feed.children[:, 2]]
            assert sorted(places) == list(range(len(group.nodes)))
            for feed in group.feeds:
                for parent, number, place in feed.children:
                    node = group.nodes[place]
                    assert tree.nodes[node].parent == parents[feed.before][parent]
                    assert tree.step(node) == tree.step(feed.filters[number])
        before = layer


@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 90),
    density=st.floats(0, 1),
    round_the_end=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(max_examples=40, deadline=None)
def test_banded_tables_hold_the_matrix(rows, columns, density, round_the_end, seed):
    generator = np.random.default_rng(seed)
    matrix = generator.standard_normal((rows, columns))
    matrix *= generator.random((rows, columns)) < density
    if round_the_end:
        matrix[:, columns // 4 : -columns // 4] = 0
    matrix[0, 0] = 1
    table = banded.banded(sparse.coo_array(matrix), CPU, torch.float64)
    signals = torch.from_numpy(generator.standard_normal((2, 3, 4, columns)))
    places = torch.tensor([2, 0], dtype=torch.int32)
    out = torch.zeros(2, 3, 4, rows, dtype=torch.float64)
    torch_steps.average(signals, table, out, take=places, put=places.flip(0))
    expected = signals @ torch.from_numpy(matrix).T
    torch.testing.assert_close(out[:, 0], expected[:, 2])
    torch.testing.assert_close(out[:, 2], expected[:, 0])
    assert not out[:, 1].any()


def test_windows_that_go_round_the_end_are_short():
    matrix = np.zeros((3, 100))
    matrix[:, [98, 99, 0, 1]] = 1
    table = banded.banded(sparse.coo_array(matrix), CPU, torch.float32)
    assert (table.starts.tolist(), table.width) == ([98], 4)


@pytest.mark.parametrize(
    "options", [{}, {"oversampling": 1}, {"padding": "periodic"}, {"bank": "kymatio"}, {"T": 24}]
)
def test_averages_in_time_are_those_of_the_tree(options):
    tree = time_tree(5, 150, **options)
    for level in {node.level for node in tree.nodes}:
        found = averaging(tree, level, 0, torch.float64).toarray()
        np.testing.assert_allclose(found, tree.averaging(level, 0), atol=1e-14)


def test_averages_share_one_table_where_each_output_is_the_one_before_moved():
    tree = time_tree(6, 5000)
    matrix = averaging(tree, 0, 0, torch.float32)
    table = banded.banded(matrix, CPU, torch.float32)
    assert len(table.starts) > len(table.weights) == 1


@pytest.mark.parametrize("tree", TREES)
def test_products_are_the_textbook_ones(tree):
    """Filter, periodise, invert: for each child, from the parent's whole spectrum."""
    generator = torch.Generator().manual_seed(0)
    transform = Transform(tree, CPU, torch.float64, torch_steps)
    for part in [part for layer in transform.layers[1:] for part in layer]:
        for feed, product in zip(part.group.feeds, part.products, strict=True):
            parents = len(product.of_parent) - 1
            signals = torch.randn(2, parents, *product.fine, generator=generator).double()
            out = torch.zeros(2, len(part.nodes), *product.coarse, dtype=torch.complex128)
            torch_steps.multiply(torch.fft.rfft2(signals), product, out)
            for parent, number, place in feed.children:
                psi = torch.tensor(tree.filter(feed.filters[number])).view(product.fine)
                spectrum = torch.fft.fft2(signals[:, parent]) * psi
                height, width = product.coarse
                folded = spectrum.unflatten(2, (-1, width)).unflatten(1, (-1, height))
                expected = folded.sum((1, 3)) / psi.numel()
                torch.testing.assert_close(out[:, place], expected)


@pytest.mark.parametrize("tree", TREES)
def test_the_adjoint_of_a_product_is_one(tree):
    generator = torch.Generator().manual_seed(0)
    transform = Transform(tree, CPU, torch.float64, torch_steps)
    for part in [part for layer in transform.layers[1:] for part in layer]:
        for product in part.products:
            parents = len(product.of_parent) - 1
            signals = torch.randn(2, parents, *product.fine, generator=generator).double()
            spectra = torch.fft.rfft2(signals)
            out = torch.zeros(2, len(part.nodes), *product.coarse, dtype=torch.complex128)
            gradients = torch.view_as_complex(torch.randn(*out.shape, 2).double())
            torch_steps.multiply(spectra, product, out)
            half = torch.ones_like(spectra)
            torch_steps.multiply_adjoint(gradients, product, half, accumulate=False)
            slope = torch.fft.irfft2(half, product.fine, norm="forward")
            assert (out * gradients.conj()).real.sum().item() == pytest.approx(
                (signals * slope).sum().item(), rel=1e-9
            )


def test_wavelets_take_memory_where_they_are_not_zero_only():
    tree = time_tree(8, 5000, Q=(8, 1))
    transform = Transform(tree, CPU, torch.float32, torch_steps)
    for part in transform.layers[1]:
        for feed, product in zip(part.group.feeds, part.products, strict=True):
            whole = len(feed.filters) * product.fine[0] * product.fine[1]
            assert product.values.numel() < 0.3 * whole


def test_jobs_are_all_children_a_few_of_one_parent_at_a_time():
    (layer, *_) = Transform(image_tree(2, (8, 8), L=9), CPU, torch.float32, torch_steps).layers[2:]
    (product,) = layer[0].products
    parents = product.children[:, 0]
    covered = []
    for first, stop in product.jobs.tolist():
        assert 0 < stop - first <= TOGETHER
        assert len(set(parents[first:stop].tolist())) == 1
        covered += range(first, stop)
    assert covered == list(range(len(product.children)))
