"""The batched engine of joint scattering equals the textbook one."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import RotoTranslationScattering2D
from scatterlab.engines import cuda
from scatterlab.errors import InputError


def random_images(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


@given(
    J=st.integers(1, 3),
    L=st.sampled_from([2, 4, 6, 8]),
    data=st.data(),
    max_order=st.integers(0, 2),
    average=st.booleans(),
    y=st.integers(8, 30),
    x=st.integers(8, 30),
    batch=st.integers(1, 3),
    bank=st.sampled_from(["unitary", "kymatio"]),
    padding=st.sampled_from(["reflect", "zero", "periodic"]),
    oversampling=st.integers(0, 1),
    Q=st.integers(1, 2),
)
@settings(max_examples=40, deadline=None)
def test_it_equals_the_reference(
    J, L, data, max_order, average, y, x, batch, bank, padding, oversampling, Q
):
    bank = bank if Q == 1 else "unitary"
    K = data.draw(st.integers(0, (2 * L).bit_length() - 1))
    arguments = (J, (y, x), L, K, max_order, average, bank, padding)
    reference, batched = (
        RotoTranslationScattering2D(*arguments, engine, oversampling=oversampling, Q=Q)
        for engine in ("reference", "cpu")
    )
    images = random_images(batch, y, x)
    expected = reference(images)
    torch.testing.assert_close(batched(images), expected, rtol=1e-11, atol=1e-13)
    error = (batched(images.float()) - expected).norm() / expected.norm()
    assert error < 2e-6


@pytest.mark.parametrize("average", [True, False])
def test_its_gradient_is_the_reference_s(average):
    gradients = []
    for engine in ("reference", "cpu"):
        images = random_images(2, 12, 9).requires_grad_()
        scattering = RotoTranslationScattering2D(2, (12, 9), 4, 2, 2, average, engine=engine)
        output = scattering(images)
        weights = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
        gradients.append(torch.autograd.grad((output * weights).sum(), images)[0])
    torch.testing.assert_close(*gradients, rtol=1e-10, atol=1e-12)


def test_the_gradient_at_zero_is_finite():
    images = torch.zeros(1, 8, 8, requires_grad=True)
    RotoTranslationScattering2D(1, (8, 8), 2, 1)(images).sum().backward()
    assert torch.isfinite(images.grad).all()


def test_each_image_of_a_batch_is_transformed_alone():
    scattering = RotoTranslationScattering2D(2, (16, 12), 4, 2)
    images = random_images(3, 16, 12).float()
    together, alone = scattering(images), scattering(images[1])
    torch.testing.assert_close(together[1], alone, rtol=1e-5, atol=1e-7)


def test_engines_are_named_and_can_be_copied_to_other_processes():
    for engine in ("reference", "cpu"):
        scattering = RotoTranslationScattering2D(1, (8, 8), 2, 1, engine=engine)
        assert scattering.engine == engine
        images = random_images(1, 8, 8)
        copied = pickle.loads(pickle.dumps(scattering))
        torch.testing.assert_close(copied(images), scattering(images))
    assert scattering.batch_size >= 1


@pytest.mark.skipif(cuda.available(), reason="there is a GPU")
def test_cuda_without_a_gpu_names_the_remedy():
    with pytest.raises(InputError, match=r'"cuda" needs a GPU.*"auto"'):
        RotoTranslationScattering2D(1, (8, 8), 2, 1, engine="cuda")
