"""Joint scattering in time and log frequency: what moves up is told from what moves down."""

import numpy as np
import pytest
import torch

from scatterlab.cascades.registry import build_representation
from scatterlab.cascades.time_frequency import TimeFrequencyScattering
from scatterlab.cascades.time_scattering import Scattering1D
from scatterlab.errors import InputError

SAMPLES = 1024


def made(**options):
    given = {"J": 7, "shape": SAMPLES, "Q": 4, "T": 256, "frequency": 2} | options
    return TimeFrequencyScattering(**given)


def noise(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def chirps():
    """A tone that rises by three octaves, and the same backwards."""
    t = np.arange(SAMPLES) / SAMPLES
    rising = np.cos(2 * np.pi * 0.05 * SAMPLES * (8**t - 1) / np.log(8))
    return torch.from_numpy(np.stack([rising, rising[::-1]]))


def test_a_rising_tone_has_one_spin_and_a_falling_one_the_other():
    scattering = made()
    spin = torch.from_numpy(scattering.table()["spin"])
    rising, falling = scattering(chirps())
    energy = {
        sign: [float(S[spin == sign].square().sum()) for S in (rising, falling)] for sign in (1, -1)
    }
    assert energy[1][0] > 2 * energy[-1][0]
    assert energy[-1][1] > 2 * energy[1][1]


def test_time_scattering_hardly_tells_them_apart():
    """Averaged over time, both have the same tones equally long."""
    joint = made()
    separable = Scattering1D(7, SAMPLES, 4, 256, bank="unitary")
    changes = []
    for scattering in (joint, separable):
        rising, falling = scattering(chirps()).mean(dim=-1)
        changes.append(float((rising - falling).norm() / rising.norm()))
    assert changes[0] > 4 * changes[1]


def test_a_reversed_sound_has_the_reversed_transform_with_opposite_spins_exactly():
    scattering = made()
    rows = list(zip(*(column.tolist() for column in scattering.table().values()), strict=True))
    numbers = {row: number for number, row in enumerate(rows)}
    swapped = [numbers[order, n2, span, -spin, place] for order, n2, span, spin, place in rows]
    sound = noise(2, SAMPLES)
    expected = scattering(sound).flip(-1)
    torch.testing.assert_close(scattering(sound.flip(-1))[:, swapped], expected)


@pytest.mark.parametrize("padding", ["periodic", "zero"])
def test_it_is_non_expansive(padding):
    scattering = made(padding=padding)
    x, y = noise(2, SAMPLES)
    for first, second in ((x, y), (x, 0 * x), (x, x + 0.01 * y)):
        change = scattering(first) - scattering(second)
        assert scattering.measure * change.square().sum() <= (first - second).square().sum()


def test_the_table_has_a_row_for_each_output():
    cascade, layer = build_representation(
        {"kind": "time_frequency", "J": 6, "Q": 2, "T": 64, "frequency": 2}, (2, 1, 256)
    )
    maps, table = cascade.maps(noise(3, 2, 1, 256).float(), layer), cascade.table(layer)
    assert maps.shape == (3, len(table["order"]), 1, 4)
    rows = set(zip(*(column.tolist() for column in table.values()), strict=True))
    assert len(rows) == maps.shape[1]
    assert table.keys() == {"order", "n2", "l", "spin", "place", "colour"}


def test_its_gradient_is_right():
    scattering = TimeFrequencyScattering(4, 64, 2, 16, 1)
    sound = noise(1, 64).requires_grad_()
    assert torch.autograd.gradcheck(scattering, sound, fast_mode=True)


def test_no_sounds_give_no_results():
    scattering = made()
    assert scattering(noise(0, SAMPLES)).shape == (0, *scattering.output_shape)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frequency": 8}, "frequency=8 is too large: .* it can be at most 4"),
        ({"J": 12}, "J=12 is too large"),
        ({"T": 5000}, "T=5000 is too large"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(InputError, match=message):
        made(**options)


def test_images_are_refused():
    with pytest.raises(InputError, match="time–frequency scattering is of sounds"):
        build_representation({"kind": "time_frequency", "J": 3}, (1, 32, 32))
