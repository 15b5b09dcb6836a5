"""The engines of joint scattering compute what the textbook loop computes."""

import pickle
from contextlib import contextmanager
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scatterlab import RotoTranslationScattering2D
from scatterlab.engines import cuda, joint_cpu
from scatterlab.engines.joint_batched import JointBatched
from scatterlab.engines.joint_cpu import JointCpu
from scatterlab.engines.joint_reference import JointReference
from scatterlab.engines.kernel import load, runnable
from scatterlab.errors import InputError, ScatterlabError

LANES = ["images", "columns"]
instruction_sets = st.deferred(lambda: st.sampled_from(runnable()))


def random_images(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def joint_tree(*arguments, **options):
    """Of a transform with these arguments."""
    scattering = RotoTranslationScattering2D(*arguments, engine="reference", **options)
    return scattering._engine.joint


@st.composite
def joint_trees(draw):
    L = draw(st.sampled_from([2, 4, 6, 8, 12]))
    K = draw(st.integers(0, (2 * L).bit_length() - 1))
    J, over, Q = draw(st.integers(1, 3)), draw(st.integers(0, 1)), draw(st.integers(1, 2))
    bank = "unitary" if Q > 1 else draw(st.sampled_from(["unitary", "kymatio"]))
    padding = draw(st.sampled_from(["reflect", "zero", "periodic"]))
    shape = draw(st.tuples(st.integers(8, 30), st.integers(8, 30)))
    order, average = draw(st.integers(0, 2)), draw(st.booleans())
    joint = joint_tree(J, shape, L, K, order, average, bank, padding, oversampling=over, Q=Q)
    assume(np.prod(joint.output_shape) < 60_000)
    return joint


@contextmanager
def threads(count):
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def distance(found, expected):
    return ((found.double() - expected).norm() / expected.norm()).item()


@given(joint=joint_trees(), batch=st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_batched_operations_equal_the_reference(joint, batch):
    images = random_images(batch, *joint.shape)
    expected = JointReference(joint)(images)
    batched = JointBatched(joint)
    torch.testing.assert_close(batched(images), expected, rtol=1e-11, atol=1e-13)
    assert distance(batched(images.float()), expected) < 2e-6


@given(
    joint=joint_trees(),
    batch=st.sampled_from([1, 2, 15, 16, 17]),
    lanes=st.sampled_from(LANES),
    instruction_set=instruction_sets,
    count=st.sampled_from([1, 2, 5]),
)
@settings(max_examples=60, deadline=None)
def test_the_kernel_equals_the_reference(joint, batch, lanes, instruction_set, count):
    images = random_images(batch, *joint.shape).float()
    with mock.patch.object(joint_cpu, "library", return_value=load(instruction_set)):
        engine = JointCpu(joint, lanes)
    with threads(count):
        found = engine(images)
    assert found.dtype == torch.float32
    assert distance(found, JointReference(joint)(images.double())) < 2e-6


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("average", [True, False])
def test_neither_batch_nor_threads_change_a_bit(lanes, average):
    engine = JointCpu(joint_tree(2, (21, 18), 4, 2, 2, average), lanes)
    images = random_images(35, 21, 18).float()
    with threads(1):
        expected = engine(images)
    for count in (2, 3, 7):
        with threads(count):
            assert torch.equal(engine(images), expected)
            assert torch.equal(engine(images[5:6]), expected[5:6])
            assert torch.equal(engine(images[7:24:3]), expected[7:24:3])


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e38])
def test_a_spoilt_image_spoils_no_other(lanes, bad):
    engine = JointCpu(joint_tree(2, (12, 17), 4, 2), lanes)
    images = random_images(20, 12, 17).float()
    expected = engine(images)
    images[3, 5, 6] = bad
    found = engine(images)
    others = torch.arange(20) != 3
    assert torch.equal(found[others], expected[others])
    assert not torch.equal(found[3], expected[3])
    images[3] = expected.new_zeros(())
    assert torch.isfinite(engine(images)).all()


@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("engine", [JointBatched, JointCpu])
def test_its_gradient_is_the_reference_s(average, engine):
    joint = joint_tree(2, (12, 9), 4, 2, 2, average)
    images = random_images(2, 12, 9)
    weights = random_images(2, *joint.output_shape, seed=1)
    gradients = []
    for made in (JointReference(joint), engine(joint)):
        dtype = torch.float32 if engine is JointCpu and gradients else torch.float64
        given = images.to(dtype).requires_grad_()
        gradients.append(torch.autograd.grad((made(given) * weights.to(dtype)).sum(), given)[0])
    assert distance(gradients[1], gradients[0]) < (1e-5 if engine is JointCpu else 1e-12)


def test_the_gradient_at_zero_is_finite():
    images = torch.zeros(1, 8, 8, requires_grad=True)
    RotoTranslationScattering2D(1, (8, 8), 2, 1)(images).sum().backward()
    assert torch.isfinite(images.grad).all()


def test_the_kernel_is_differentiable_once():
    images = torch.randn(1, 8, 8, requires_grad=True)
    output = RotoTranslationScattering2D(1, (8, 8), 2, 1, engine="cpu")(images)
    with pytest.raises(InputError, match="differentiable once"):
        torch.autograd.grad(output.sum(), images, create_graph=True)


@pytest.mark.parametrize(
    ("engine", "dtype"), [("reference", torch.float64), ("cpu", torch.float32)]
)
def test_engines_are_named_and_can_be_copied_to_other_processes(engine, dtype):
    scattering = RotoTranslationScattering2D(1, (8, 8), 2, 1, engine=engine)
    assert scattering.engine == engine
    images = random_images(1, 8, 8).to(dtype)
    copied = pickle.loads(pickle.dumps(scattering))
    torch.testing.assert_close(copied(images), scattering(images))


def test_auto_takes_the_kernel_for_single_precision_and_batched_operations_for_double():
    scattering = RotoTranslationScattering2D(2, (16, 12), 4, 2)
    auto = scattering._engine
    images = random_images(3, 16, 12)
    if not cuda.available():
        assert scattering.engine == "cpu"
    assert auto.name_for(images.float()) == "cpu"
    assert auto.name_for(images) == "batched"
    assert distance(scattering(images.float()), scattering(images)) < 1e-6
    assert scattering.batch_size >= 1
    torch.testing.assert_close(pickle.loads(pickle.dumps(scattering))(images), scattering(images))


def test_many_angles_are_left_to_batched_operations():
    images = random_images(1, 8, 8).float()
    many = RotoTranslationScattering2D(1, (8, 8), 34, 1)
    assert many.engine in ("batched", "cuda")
    assert torch.isfinite(many(images)).all()
    with pytest.raises(InputError, match=r'L=34: engine "cpu" takes up to 32 angles.*"auto"'):
        RotoTranslationScattering2D(1, (8, 8), 34, 1, engine="cpu")


def test_without_a_kernel_the_remedy_is_named():
    joint = joint_tree(1, (8, 8), 2, 1)
    with (
        mock.patch.object(joint_cpu, "library", return_value=None),
        pytest.raises(ScatterlabError, match="not compiled: install a C\\+\\+ compiler"),
    ):
        JointCpu(joint)


def test_another_dtype_is_refused_by_the_kernel():
    scattering = RotoTranslationScattering2D(1, (8, 8), 2, 1, engine="cpu")
    with pytest.raises(InputError, match=r"float32 on the CPU, and got torch\.float64"):
        scattering(random_images(1, 8, 8))


@pytest.mark.skipif(cuda.available(), reason="there is a GPU")
def test_cuda_without_a_gpu_names_the_remedy():
    with pytest.raises(InputError, match=r'"cuda" needs a GPU.*"auto"'):
        RotoTranslationScattering2D(1, (8, 8), 2, 1, engine="cuda")
