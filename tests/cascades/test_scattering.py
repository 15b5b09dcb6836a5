import runpy
from itertools import pairwise
from pathlib import Path

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import Scattering2D
from scatterlab.errors import InputError

GOLDEN = Path(__file__).parents[1] / "golden" / "from_kymatio.py"
golden = runpy.run_path(str(GOLDEN))


def unitary(*arguments, **options):
    return Scattering2D(*arguments, bank="unitary", **options)


def random_images(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


@pytest.mark.parametrize("number", range(len(golden["STORED"])))
def test_bank_kymatio_equals_kymatio(number):
    case = golden["STORED"][number]
    theirs = np.load(golden["FILE"])[f"case{number}"]
    ours = golden["by_us"](*case, golden["image"](number, case[0]))
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    ("J", "L", "count"), [(2, 8, 81), (3, 6, 127), (3, 8, 217), (4, 8, 417), (5, 8, 681)]
)
def test_number_of_paths_to_order_2_is_the_published_one(J, L, count):
    assert Scattering2D(J, (32, 32), L).output_shape[0] == count


@given(
    J=st.integers(1, 3),
    L=st.integers(1, 4),
    max_order=st.integers(0, 3),
    y=st.integers(8, 19),
    x=st.integers(8, 19),
    leading=st.lists(st.integers(1, 2), max_size=3),
    bank=st.sampled_from(["unitary", "kymatio"]),
    padding=st.sampled_from(["reflect", "zero", "periodic"]),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    Q=st.integers(1, 3),
)
@settings(max_examples=25, deadline=None)
def test_shape_dtype_and_table_agree(J, L, max_order, y, x, leading, bank, padding, dtype, Q):
    bank = bank if Q == 1 else "unitary"
    scattering = Scattering2D(J, (y, x), L, max_order, bank, padding, Q=Q)
    images = random_images(*leading, y, x).to(dtype)
    output = scattering(images)
    table = scattering.table()
    assert output.dtype == dtype
    assert output.shape == (*leading, len(table["order"]), y >> J, x >> J)
    assert torch.isfinite(output).all()
    scales = [table[name] for name in table if name.startswith("j")]
    for smaller, larger in pairwise(scales):
        assert ((larger == -1) | (larger > smaller)).all()


def test_each_image_of_a_batch_is_transformed_alone():
    scattering = unitary(2, (16, 12))
    images = random_images(2, 3, 16, 12)
    together = scattering(images)
    torch.testing.assert_close(together[1, 2], scattering(images[1, 2]))


def test_views_that_are_not_contiguous_give_the_same():
    scattering = unitary(2, (16, 12))
    images = random_images(3, 12, 16).mT
    torch.testing.assert_close(scattering(images), scattering(images.contiguous()))


@given(
    pair=arrays.arrays(
        np.float64, (2, 16, 16), elements=st.floats(-1, 1, allow_subnormal=False, width=32)
    ),
    J=st.integers(1, 4),
    padding=st.sampled_from(["periodic", "zero"]),
)
@settings(max_examples=30, deadline=None)
def test_unitary_scattering_is_non_expansive(pair, J, padding):
    first, second = torch.from_numpy(pair)
    scattering = unitary(J, (16, 16), L=4, max_order=3, padding=padding)
    distance = 2**J * (scattering(first) - scattering(second)).norm()
    assert distance <= (first - second).norm() * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize(("J", "Q"), [(1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (3, 2), (2, 3)])
def test_no_image_is_expanded_not_even_the_worst(J, Q):
    """The subsampled transform too: the worst image is found by gradient ascent."""
    scattering = unitary(J, (16, 16), L=4, padding="periodic", Q=Q)
    image = random_images(4, 16, 16, seed=J)
    for _ in range(40):
        image = (image / image.flatten(1).norm(dim=1)[:, None, None]).detach().requires_grad_()
        energy = 4**J * scattering(image).square().sum(dim=(1, 2, 3))
        (image,) = torch.autograd.grad(energy.sum(), image)
    assert energy.max() <= 1 + 1e-6


@pytest.mark.parametrize("Q", [1, 2])
def test_with_outputs_finely_sampled_no_image_is_expanded_however_long_one_looks(Q):
    scattering = unitary(3, (16, 16), L=4, padding="periodic", oversampling=1, Q=Q)
    image = random_images(2, 16, 16, seed=3)
    for _ in range(150):
        image = (image / image.flatten(1).norm(dim=1)[:, None, None]).detach().requires_grad_()
        energy = 4**2 * scattering(image).square().sum(dim=(1, 2, 3))
        (image,) = torch.autograd.grad(energy.sum(), image)
    assert energy.max() <= 1 + 1e-9


def test_energy_is_kept_as_the_order_grows():
    image = random_images(16, 16)
    image -= image.mean()
    shares = []
    for max_order in range(4):
        scattering = unitary(3, (16, 16), max_order=max_order, padding="periodic", oversampling=3)
        shares.append((scattering(image).square().sum() / image.square().sum()).item())
    assert shares == sorted(shares)
    assert 0.85 < shares[-1] <= 1


@pytest.mark.parametrize("shape", [(16, 16), (15, 15), (16, 13), (9, 16)])
@pytest.mark.parametrize("padding", ["reflect", "zero", "periodic"])
@pytest.mark.parametrize("Q", [1, 2])
def test_a_rotation_by_90_degrees_rotates_maps_and_angles_exactly(shape, padding, Q):
    L, images = 4, random_images(2, *shape)
    upright = unitary(2, shape, L, padding=padding, Q=Q)
    turned = unitary(2, shape[::-1], L, padding=padding, Q=Q)
    rows = {path: row for row, path in enumerate(upright.paths)}
    moved = [
        rows[tuple((j, (theta + L // 2) % L, *rest) for j, theta, *rest in path)]
        for path in upright.paths
    ]
    expected = torch.rot90(upright(images), 1, (-2, -1))
    found = turned(torch.rot90(images, 1, (-2, -1)))[:, moved]
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)


def test_a_translation_by_the_step_of_the_outputs_translates_them():
    images = random_images(16, 16)
    scattering = unitary(2, (16, 16), padding="periodic")
    moved = scattering(torch.roll(images, (4, -8), (0, 1)))
    expected = torch.roll(scattering(images), (1, -2), (1, 2))
    torch.testing.assert_close(moved, expected, rtol=1e-10, atol=1e-12)


def test_a_constant_image_has_a_constant_average_and_nothing_else():
    output = unitary(2, (12, 16))(torch.full((12, 16), 0.7, dtype=torch.float64))
    torch.testing.assert_close(output[0], torch.full_like(output[0], 0.7))
    assert output[1:].abs().max() < 1e-12


def test_gradient_equals_finite_differences():
    scattering = unitary(1, (6, 7), L=2, max_order=2)
    images = random_images(1, 6, 7).requires_grad_()
    assert torch.autograd.gradcheck(scattering, (images,), eps=1e-6, atol=1e-6)


def test_float32_equals_float64():
    scattering = unitary(3, (24, 24))
    images = random_images(2, 24, 24)
    single = scattering(images.float()).double()
    assert (single - scattering(images)).norm() < 1e-5 * single.norm()


def test_an_oversampled_grid_holds_finer_samples_of_the_same_averages():
    images = random_images(16, 16)
    coarse = unitary(3, (16, 16))(images)
    fine = unitary(3, (16, 16), oversampling=3)(images)
    assert fine.shape[-2:] == (16, 16)
    # a coarse sample lies in the middle of 2×2 fine ones
    around = fine[:, 3:13:8, 3:13:8] + fine[:, 4:14:8, 4:14:8]
    assert (around / 2 - coarse).abs().max() < 0.05 * coarse.abs().max()


def test_maps_of_colour_images_are_named_by_the_table():
    scattering = unitary(2, (8, 8), L=2, channels=3)
    images = random_images(2, 3, 8, 8)
    maps, table = scattering.maps(images, "S1"), scattering.table("S1")
    assert maps.shape == (2, 3 * 5, 2, 2)
    assert {len(column) for column in table.values()} == {15}
    assert table["order"].max() == 1
    torch.testing.assert_close(maps[:, table["colour"] == 1], scattering(images)[:, 1, :5])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"J": 5, "shape": (28, 28)}, "J=5 is too large.*at most 4"),
        ({"J": 0, "shape": (8, 8)}, "J=0"),
        ({"J": 1, "shape": 8}, r"shape=8: give the image's \(height, width\)"),
        ({"J": 1, "shape": (8, 8), "bank": "unitry"}, "did you mean 'unitary'"),
        ({"J": 1, "shape": (8, 8), "padding": "reflct"}, "did you mean 'reflect'"),
        ({"J": 1, "shape": (8, 8), "engine": "refrence"}, "did you mean 'reference'"),
        ({"J": 1, "shape": (8, 8), "max_order": -1}, "max_order=-1"),
        ({"J": 1, "shape": (8, 8), "oversampling": 2}, "oversampling=2"),
        ({"J": 1, "shape": (8, 8), "Q": 0}, "Q=0"),
        ({"J": 1, "shape": (8, 8), "Q": 2, "bank": "kymatio"}, "Q=2: .*bank unitary"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        Scattering2D(**arguments)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((8, 8)), "torch tensor"),
        (torch.zeros(8, 8, dtype=torch.int64), "float32 or float64"),
        (torch.zeros(8, 9), r"\(8, 8\)"),
        (torch.full((8, 8), torch.nan), "NaN"),
    ],
)
def test_bad_images_are_named(images, message):
    with pytest.raises(InputError, match=message):
        Scattering2D(1, (8, 8))(images)
