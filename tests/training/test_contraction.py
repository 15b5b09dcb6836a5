"""Training with operators that do not expand: the bound holds, nearly on the way, at the end."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.norms.bounds import bounds_of
from scatterlab.cascades.norms.convolution import Kernels, circular_norm, enclosing_norm, kernels_of
from scatterlab.cascades.registry import build_network
from scatterlab.config.networks import Network
from scatterlab.errors import ScatterlabError
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.constraints import Parseval, Spectral
from scatterlab.training.contraction import Contraction
from scatterlab.training.loop import train
from scatterlab.training.parseval import orthonormal, towards_orthonormal
from scatterlab.training.spectral import clipped, projected


def random(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def norm(matrix):
    return float(torch.linalg.matrix_norm(matrix, ord=2))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99), st.floats(0.1, 3))
@settings(max_examples=40, deadline=None)
def test_clipping_is_that_of_the_singular_values(rows, columns, seed, bound):
    matrices = torch.complex(random(3, rows, columns, seed=seed), random(3, rows, columns, seed=9))
    U, sigma, V = torch.linalg.svd(matrices, full_matrices=False)
    expected = (U * sigma.clamp(max=bound).unsqueeze(-2)) @ V
    torch.testing.assert_close(clipped(matrices, bound), expected)


def test_what_is_within_the_bound_stays_as_it_is():
    weight = random(3, 2, 3, 3)
    grid = (9, 8)
    largest = circular_norm(Kernels((weight,), (1, 1)), grid)
    torch.testing.assert_close(projected(weight, (1, 1), grid, 1.01 * largest), weight)


def test_projecting_over_and_over_brings_the_norm_down_to_the_bound():
    weight, norms = random(4, 3, 3, 3), []
    for _ in range(30):
        norms.append(circular_norm(Kernels((weight,), (2, 1)), (8, 9)))
        weight = projected(weight, (2, 1), (8, 9), 1.0)
    assert norms == sorted(norms, reverse=True)
    assert norms[0] > 5
    assert norms[-1] < 1.01


@given(st.floats(0.05, 0.5), st.floats(0.05, 1.2))
@settings(max_examples=30, deadline=None)
def test_parseval_steps_move_singular_values_towards_one(beta, sigma):
    U, V = orthonormal(random(3, 3)), orthonormal(random(3, 5, seed=1))
    for wide in (True, False):
        matrix = sigma * U @ V if wide else sigma * (U @ V).T
        moved = torch.linalg.svdvals(towards_orthonormal(matrix, beta))[0]
        assert float(moved) == pytest.approx(sigma * (1 + beta - beta * sigma**2))
        assert abs(moved - 1) <= abs(sigma - 1) + 1e-9


def test_parseval_steps_converge_from_however_far():
    matrix = 1e3 * random(4, 9)
    for _ in range(400):
        matrix = towards_orthonormal(matrix, 0.1)
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(4, dtype=torch.float64))


ASKED = {"bound": 0.7, "every": 1, "beta": 0.1}
TABLE = ((0, 1), (1, 2), (0, 2), (0, 1, 2))
LAYERS = {
    "plain": lambda: torch.nn.Conv2d(3, 5, 3, padding=1),
    "strided": lambda: torch.nn.Conv2d(3, 5, 3, stride=2, padding=1),
    "stride beyond the kernel": lambda: torch.nn.Conv2d(3, 5, 2, stride=3),
    "dilated": lambda: torch.nn.Conv2d(3, 5, 3, dilation=2, padding="same"),
    "grouped": lambda: torch.nn.Conv2d(4, 6, 3, groups=2),
    "1×1": lambda: torch.nn.Conv2d(3, 5, 1),
    "the whole image": lambda: torch.nn.Conv2d(3, 5, 8),
    "one side": lambda: torch.nn.Conv2d(3, 5, (1, 3), padding="same"),
    "connection table": lambda: ConvolutionTensor(3, 4, 3, TABLE),
    "full": lambda: torch.nn.Linear(7, 4),
}


@pytest.mark.parametrize("method", [Spectral, Parseval])
@pytest.mark.parametrize("name", LAYERS)
def test_in_the_end_no_layer_expands_by_more_than_the_bound(name, method):
    torch.manual_seed(0)
    layer = LAYERS[name]()
    with torch.no_grad():
        layer.weight.mul_(9)
        channels = 4 if name == "grouped" else 3
        shape = (7,) if name == "full" else (channels, 8, 8)
        constraint = method(layer, shape, ASKED)
        constraint.begin()
        layer.weight.add_(0.05 * torch.randn_like(layer.weight))
        constraint.keep()
        constraint.finish()
        if name == "full":
            found = norm(layer.weight)
        elif name == "the whole image":
            found = norm(layer.weight.flatten(1))
        else:
            found = enclosing_norm(kernels_of(layer), (8, 8))
    assert found <= 0.7 * (1 + 1e-6)
    assert found > 0.7 * (0.99 if method is Spectral else 0.4)


NETWORKS = {
    "lenet5": {"kind": "lenet5"},
    "strided": {"kind": "convolutional", "channels": [3], "pooling": "strided"},
    "residual": {"kind": "convolutional", "channels": [4], "skip": "residual", "kernel": 5},
    "highway": {"kind": "highway", "depth": 4, "width": 4},
    "fully connected": {"kind": "fully_connected", "widths": [9]},
}


@pytest.fixture(scope="module")
def data():
    draw = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 2, (60,), generator=draw)
    images = torch.rand(60, 1, 32, 32, generator=draw) * (1 + labels.view(-1, 1, 1, 1)) / 2
    return images, labels


def specification(**values):
    values = {"epochs": 2, "batch_size": 20, **values}
    return TypeAdapter(Network).validate_python(values).model_dump(mode="json")


def trained(folder, data, **values):
    spec = specification(**values)
    network = build_network(spec, (1, 32, 32), 2)
    train(network, *data, spec, Checkpoints(folder, "c" * 64))
    return network


@pytest.mark.parametrize("method", ["spectral", "parseval"])
@pytest.mark.parametrize("name", NETWORKS)
def test_after_a_training_no_operator_expands(tmp_path, data, name, method):
    contraction = {"method": method, "every": 2}
    network = trained(tmp_path, data, **NETWORKS[name], contraction=contraction)
    found = bounds_of(network)
    assert max(operator.norm for operator in found.operators) <= 1 + 1e-5
    if name == "lenet5":
        assert found.alone["S2"] <= 1.7159 * 2 / 3 * (1 + 1e-6)
        assert found.whole["output"] <= found.before * (1.7159 * 2 / 3) ** 6 * (1 + 1e-5)


def test_free_operators_do_expand(tmp_path, data):
    free = trained(tmp_path, data, **NETWORKS["strided"])
    assert max(operator.norm for operator in bounds_of(free).operators) > 1.2


@pytest.mark.parametrize("method", ["spectral", "parseval"])
def test_layer_by_layer_the_bound_holds_too(tmp_path, data, method):
    values = {"kind": "lenet5", "epochs": 7, "layer_wise": True}
    contraction = {"method": method, "every": 3}
    network = trained(tmp_path, data, **values, contraction=contraction)
    assert max(operator.norm for operator in bounds_of(network).operators) <= 1 + 1e-5


@pytest.mark.parametrize("method", ["spectral", "parseval"])
def test_a_training_that_diverges_says_so(tmp_path, data, method):
    images, labels = data
    values = {"kind": "convolutional", "channels": [3], "learning_rate": 1e20}
    with pytest.raises(ScatterlabError, match="the loss is"):
        trained(tmp_path, (images, labels), **values, contraction={"method": method})


def test_it_is_done_after_so_many_steps(monkeypatch):
    spec = specification(kind="lenet5", contraction={"method": "spectral", "every": 3})
    network = build_network(spec, (1, 32, 32), 2)
    contraction, kept = Contraction(network, dict(network.named_parameters()), spec), []
    for number, constraint in enumerate(contraction.constraints):
        monkeypatch.setattr(constraint, "keep", lambda number=number: kept.append(number))
    for _ in range(7):
        contraction.after_step()
    assert kept == 2 * list(range(7))


def test_without_it_nothing_is_constrained():
    spec = specification(kind="lenet5")
    network = build_network(spec, (1, 32, 32), 2)
    contraction = Contraction(network, dict(network.named_parameters()), spec)
    assert contraction.constraints == []
    contraction.begin()
    contraction.after_step()
    contraction.finish()


def test_a_network_that_is_not_trained_cannot_be_constrained():
    with pytest.raises(ValidationError, match="set `epochs` to 1 or more"):
        specification(kind="lenet5", epochs=0, contraction={"method": "parseval"})
