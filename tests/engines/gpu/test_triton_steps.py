"""Triton's steps are torch's: compiled where there is a graphics card, else interpreted."""

import os

import pytest
import torch

if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"  # read when Triton is first imported
pytest.importorskip("triton", reason="Triton is not installed; CUDA builds of torch bring it")

from scatterlab import Scattering1D, Scattering2D
from scatterlab.engines.gpu import torch_steps, triton_steps
from scatterlab.engines.gpu.transform import Transform
from scatterlab.engines.reference import Reference

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
TREES = {
    "images": Scattering2D(3, (10, 13), 1, 3, engine="reference"),
    "kymatio": Scattering2D(2, (12, 9), 2, 3, "kymatio", "zero", engine="reference"),
    "time": Scattering1D(4, 61, (2, 1), engine="reference"),
}


@pytest.fixture(params=TREES.values(), ids=TREES.keys())
def tree(request):
    return request.param._engine.tree


def normal(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed)).to(
        DEVICE
    )


def distance(found, expected):
    return ((found - expected).norm() / expected.norm()).item()


def test_products_and_their_adjoints(tree):
    transform = Transform(tree, DEVICE, torch.float32, torch_steps)
    for part in [part for layer in transform.layers[1:] for part in layer]:
        for product in part.products:
            parents, (height, width) = len(product.of_parent) - 1, product.fine
            spectra = normal(3, parents, height, width // 2 + 1, dtype=torch.complex64)
            gradients = normal(3, len(part.nodes), *product.coarse, dtype=torch.complex64)
            found = []
            for steps in (triton_steps, torch_steps):
                out, half = torch.zeros_like(gradients), torch.full_like(spectra, torch.nan)
                steps.multiply(spectra, product, out)
                steps.multiply_adjoint(gradients, product, half, False)
                steps.multiply_adjoint(2 * gradients, product, half, True)
                found.append((out, half))
            for ours, expected in zip(*found, strict=True):
                assert distance(ours, expected) < 1e-6


@pytest.mark.parametrize("longest", [32, triton_steps.LONGEST])
@pytest.mark.parametrize("adjoint", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_averages(tree, longest, adjoint, dtype, monkeypatch):
    monkeypatch.setattr(triton_steps, "LONGEST", longest)
    transform = Transform(tree, DEVICE, torch.float32, torch_steps)
    matrix = transform._matrix(0, -1, adjoint)
    take, put = (torch.tensor(at, dtype=torch.int32, device=DEVICE) for at in ([2, 0], [1, 3]))
    signals = normal(2, 3, matrix.columns, 9, dtype=dtype).mT
    for accumulate in (False, True):
        ours, expected = (normal(2, 4, matrix.rows, 9, seed=1).mT for _ in range(2))
        for steps, out in ((triton_steps, ours), (torch_steps, expected)):
            steps.average(signals, matrix, out, take=take, put=put, accumulate=accumulate)
        assert distance(ours, expected) < 1e-6


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_the_modulus_where_its_square_is_not_a_number(scale):
    transform = Transform(TREES["images"]._engine.tree, DEVICE, torch.float32, torch_steps)
    matrix = transform._matrix(0, -1)
    signals = scale * normal(1, 1, 4, matrix.columns, dtype=torch.complex64)
    at = torch.zeros(1, dtype=torch.int32, device=DEVICE)
    ours, expected = torch.zeros(2, 1, 1, 4, matrix.rows, device=DEVICE)
    triton_steps.average(signals, matrix, ours, take=at, put=at)
    torch_steps.average(signals, matrix, expected, take=at, put=at)
    assert distance(ours / scale, expected / scale) < 1e-6
    gradients = normal(*signals.shape)
    signals[..., :3] = 0
    ours = triton_steps.modulus_adjoint(signals, gradients)
    assert distance(ours, torch_steps.modulus_adjoint(signals, gradients)) < 1e-6
    assert not ours[..., :3].any()


def test_a_transform_and_its_gradient(tree):
    transform = Transform(tree, DEVICE, torch.float32, triton_steps)
    signals, kept = normal(3, *tree.shape), []
    out = torch.full((3, *tree.output_shape), torch.nan, device=DEVICE)
    transform.forward(signals, out, kept)
    exact = signals.double().requires_grad_()
    expected = Reference(tree)(exact)
    assert distance(out, expected) < 1e-5
    weights = normal(*out.shape, seed=1)
    (slope,) = torch.autograd.grad((expected * weights).sum(), exact)
    assert distance(transform.backward(weights, kept), slope) < 1e-5
