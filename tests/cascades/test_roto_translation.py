"""Joint scattering: what Sifre & Mallat (CVPR 2013) state of it."""

import numpy as np
import pytest
import scipy.ndimage
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab import RotoTranslationScattering2D, Scattering2D
from scatterlab.errors import InputError

SHAPES = [(16, 16), (17, 17), (19, 16)]


def random_images(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def rows_of(scattering):
    table = scattering.table()
    return list(zip(*(column.tolist() for column in table.values()), strict=True))


def turned(scattering, steps):
    """For each output, which one holds its value after the image turned by `steps` angles."""
    rows = rows_of(scattering)
    numbers = {row: number for number, row in enumerate(rows)}
    found = []
    for *path, theta in rows:
        around = sum(row[:-1] == tuple(path) for row in rows)
        found.append(numbers[*path, (theta + steps) % around if theta >= 0 else theta])
    return found


def squared_norm(scattering, output):
    """Each output stands for 4^J pixels, and for `measure` orientations."""
    measure = torch.as_tensor(scattering.measure)[:, None, None]
    return 4**scattering.J * (measure * output**2).sum(dim=(-3, -2, -1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("padding", ["reflect", "zero", "periodic"])
def test_a_quarter_turn_of_the_image_shifts_theta_and_turns_positions_exactly(shape, padding):
    # an image of 19×16 turned by 90° is one of 16×19
    upright = RotoTranslationScattering2D(2, shape, 4, 2, average=False, padding=padding)
    lying = RotoTranslationScattering2D(2, shape[::-1], 4, 2, average=False, padding=padding)
    images = random_images(2, *shape)
    expected = torch.rot90(upright(images), 1, (-2, -1))
    found = lying(torch.rot90(images, 1, (-2, -1)))
    # rot90 turns the x axis towards −y: against the sense of θ
    torch.testing.assert_close(found[:, turned(upright, -2)], expected, rtol=1e-12, atol=1e-14)
    assert (found - expected).abs().max() > 1e-3


@pytest.mark.parametrize("shape", SHAPES)
def test_averaged_over_theta_it_is_invariant_to_a_quarter_turn(shape):
    upright = RotoTranslationScattering2D(2, shape, 4, 2)
    lying = RotoTranslationScattering2D(2, shape[::-1], 4, 2)
    images = random_images(2, *shape)
    expected = torch.rot90(upright(images), 1, (-2, -1))
    found = lying(torch.rot90(images, 1, (-2, -1)))
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_any_turn_by_a_whole_number_of_angles_shifts_theta_to_8_percent(steps):
    y, x = np.mgrid[-31.5:32, -31.5:32]
    window = np.clip((28 - np.hypot(y, x)) / 6, 0, 1)
    noise = np.random.default_rng(1).standard_normal((64, 64))
    image = scipy.ndimage.gaussian_filter(noise, (4, 1)) * window
    angle = steps * 180 / 8
    rotated = scipy.ndimage.rotate(image, angle, reshape=False, order=5)
    scattering = RotoTranslationScattering2D(4, (64, 64), 8, 3, average=False)
    before, after = (
        scattering(torch.from_numpy(values)).mean(dim=(-2, -1)) for values in (image, rotated)
    )
    order = turned(scattering, -steps)
    selected = torch.as_tensor(scattering.table()["order"] > 0)
    error = (after[order] - before)[selected].norm() / before[selected].norm()
    unshifted = (after - before)[selected].norm() / before[selected].norm()
    assert error < 0.08
    assert error < unshifted / 2


def test_averaging_over_theta_is_the_mean_of_the_orientations():
    images = random_images(2, 16, 16)
    kept = RotoTranslationScattering2D(2, (16, 16), 4, 2, average=False)
    means = RotoTranslationScattering2D(2, (16, 16), 4, 2)
    rows, output = rows_of(kept), kept(images)
    for number, row in enumerate(rows_of(means)):
        same = [index for index, other in enumerate(rows) if other[:-1] == row[:-1]]
        torch.testing.assert_close(output[:, same].mean(dim=1), means(images)[:, number])


@pytest.mark.parametrize("Q", [1, 2])
def test_without_filters_along_theta_it_is_separable_scattering(Q):
    images = random_images(2, 17, 20)
    joint = RotoTranslationScattering2D(3, (17, 20), 6, 0, average=False, bank="unitary", Q=Q)
    separable = Scattering2D(3, (17, 20), 6, bank="unitary", Q=Q)
    numbers = {row: number for number, row in enumerate(rows_of(separable))}
    order = [
        numbers[m, j1, theta, j2, (theta + turn) % 6 if turn >= 0 else -1]
        for m, j1, j2, turn, _, theta in rows_of(joint)
    ]
    assert sorted(order) == list(range(len(numbers)))
    torch.testing.assert_close(joint(images), separable(images)[:, order], rtol=0, atol=1e-13)


@given(
    seed=st.integers(0, 2**31),
    average=st.booleans(),
    K=st.integers(0, 3),
    size=st.integers(8, 20),
    Q=st.integers(1, 2),
)
@settings(max_examples=15, deadline=None)
def test_it_is_non_expansive(seed, average, K, size, Q):
    scattering = RotoTranslationScattering2D(3, (size, size), 4, K, average=average, Q=Q)
    x, y = random_images(2, size, size, seed=seed)
    difference = scattering(x) - scattering(y)
    assert squared_norm(scattering, difference) <= ((x - y) ** 2).sum()
    assert squared_norm(scattering, scattering(x)) <= (x**2).sum()


@pytest.mark.parametrize("average", [True, False])
def test_the_worst_direction_is_not_expanded_either(average):
    scattering = RotoTranslationScattering2D(2, (16, 16), 4, 2, average=average, padding="periodic")
    x = random_images(16, 16)
    step = 1e-3 * random_images(16, 16, seed=1)
    for _ in range(30):
        step = step.detach().requires_grad_()
        ratio = squared_norm(scattering, scattering(x + step) - scattering(x)) / (step**2).sum()
        (gradient,) = torch.autograd.grad(ratio, step)
        step = step + 0.3 * step.detach().norm() * gradient / gradient.norm()
    assert 0.1 < ratio <= 1


def test_its_gradient_is_right():
    scattering = RotoTranslationScattering2D(1, (4, 5), 2, 1, max_order=2)
    images = random_images(1, 4, 5).requires_grad_()
    assert torch.autograd.gradcheck(scattering, images, atol=1e-6)


@given(
    J=st.integers(1, 3),
    L=st.sampled_from([2, 4, 6]),
    K=st.integers(0, 2),
    max_order=st.integers(0, 2),
    average=st.booleans(),
    y=st.integers(8, 19),
    x=st.integers(8, 19),
    bank=st.sampled_from(["unitary", "kymatio"]),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
@settings(max_examples=20, deadline=None)
def test_shape_dtype_and_table_agree(J, L, K, max_order, average, y, x, bank, dtype):
    scattering = RotoTranslationScattering2D(J, (y, x), L, K, max_order, average, bank)
    output = scattering(random_images(2, 1, y, x).to(dtype))
    rows = rows_of(scattering)
    assert output.dtype == dtype
    assert output.shape == (2, 1, len(rows), y >> J, x >> J)
    assert len(set(rows)) == len(rows) == len(scattering.measure)
    assert torch.isfinite(output).all()


def test_maps_of_colours_and_layers_follow_the_table():
    scattering = RotoTranslationScattering2D(2, (8, 8), 2, 1, channels=3)
    images = random_images(2, 3, 8, 8)
    for layer in scattering.layers:
        table = scattering.table(layer)
        assert scattering.maps(images, layer).shape == (2, len(table["order"]), 2, 2)
        assert table["order"].max() == int(layer[1:])
        assert set(table["colour"]) == {0, 1, 2}
    assert all(scattering.describe(name)["long_name"] for name in rows_names(scattering))


def rows_names(scattering):
    return [name for name in scattering.table() if name != "colour"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"L": 7}, r"L=7.*even.*give 8"),
        ({"K": 5}, r"K=5 is too large.*circle of 2L = 16.*at most 4"),
        ({"K": -1}, r"K=-1"),
        ({"J": 5}, r"J=5 is too large.*at most 4"),
        ({"max_order": 3}, r"max_order=3.*orders 0, 1 and 2"),
        ({"bank": "morlet"}, r"unknown filter bank 'morlet'"),
        ({"engine": "gpu"}, r"unknown engine 'gpu'"),
    ],
)
def test_a_bad_argument_is_named_with_the_remedy(options, match):
    with pytest.raises(InputError, match=match):
        RotoTranslationScattering2D(**({"J": 2, "shape": (16, 16)} | options))


def test_a_nan_is_refused():
    images = random_images(2, 8, 8)
    images[1, 3, 3] = torch.nan
    with pytest.raises(InputError, match="NaN"):
        RotoTranslationScattering2D(1, (8, 8), 2, 1)(images)
