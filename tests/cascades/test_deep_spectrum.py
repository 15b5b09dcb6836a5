"""The deep scattering spectrum: what renormalisation, logarithm and log frequency are for."""

import numpy as np
import pytest
import torch

from scatterlab.cascades.registry import build_representation
from scatterlab.errors import ConfigError, InputError

SAMPLES, T = 4096, 512
SHAPE = (1, 1, SAMPLES)
TIME = {"kind": "time_scattering", "J": 9, "Q": 8, "T": T}


def built(shape=SHAPE, **keys):
    return build_representation(TIME | keys, shape)


def maps_of(sound, **keys):
    cascade, layer = built(**keys)
    values = cascade.maps(torch.as_tensor(sound).reshape(1, *SHAPE), layer)[0, :, 0]
    return values.double().numpy(), cascade.table(layer), cascade


def clicks(period=64, frequency=0.11):
    """A tone whose amplitude beats."""
    t = np.arange(SAMPLES)
    return (1 + np.cos(2 * np.pi * t / period)) * np.cos(2 * np.pi * frequency * t)


def noise(seed=0):
    return np.random.default_rng(seed).standard_normal(SAMPLES)


def test_plain_it_is_time_scattering():
    cascade, layer = built()
    images = torch.as_tensor(noise()).reshape(1, *SHAPE)
    torch.testing.assert_close(cascade.maps(images, layer), cascade.scattering.maps(images))
    assert cascade.table().keys() == {"order", "j1", "n1", "j2", "n2"}


def test_renormalised_order_2_does_not_change_with_loudness():
    quiet, table, _ = maps_of(noise(), renormalise=True)
    loud, *_ = maps_of(8 * noise(), renormalise=True)
    second = table["order"] == 2
    np.testing.assert_allclose(loud[~second], 8 * quiet[~second], rtol=1e-6)
    np.testing.assert_allclose(loud[second], quiet[second], rtol=0.03)
    plain, *_ = maps_of(8 * noise())
    assert plain[second].mean() > 10 * maps_of(noise() / 8)[0][second].mean()


def test_renormalised_order_2_is_below_1_on_the_whole():
    """|U1⋆ψ|⋆φ is bounded by the energy that U1 has, the mean of which is the parent."""
    values, table, _ = maps_of(noise(), renormalise=True)
    assert values[table["order"] == 2].mean() < 0.5


def test_an_amplitude_modulation_is_in_order_2_at_its_frequency():
    values, table, cascade = maps_of(clicks(period=64), renormalise=True, padding="periodic")
    second = table["order"] == 2
    xi1, xi2 = (np.array(cascade.describe(f"n{order}")["xi"]) for order in (1, 2))
    carried = np.abs(np.log2(xi1[table["n1"]] / 0.11)) < 0.07
    rows = np.flatnonzero(second & carried)
    strongest = rows[values[rows].mean(axis=1).argmax()]
    assert abs(np.log2(xi2[table["n2"][strongest]] * 64)) < 0.6


def test_the_logarithm_makes_loudness_a_sum():
    quiet, table, _ = maps_of(noise(), log=True)
    loud, *_ = maps_of(8 * noise(), log=True)
    heard = (table["order"] > 0)[:, None] & (quiet > np.log(1e-3))
    assert heard.mean() > 0.3
    np.testing.assert_allclose((loud - quiet)[heard], np.log(8), atol=0.01)


@pytest.mark.parametrize("steps", [3, 8])
def test_a_transposition_moves_order_1_along_log_frequency(steps):
    t = np.arange(SAMPLES)
    low, table, _ = maps_of(np.cos(2 * np.pi * 0.05 * t))
    high, *_ = maps_of(np.cos(2 * np.pi * 0.05 * 2 ** (steps / 8) * t))
    first = table["order"] == 1
    assert low[first].mean(axis=1).argmax() - high[first].mean(axis=1).argmax() == steps


def test_scattered_along_frequency_a_transposition_changes_less():
    rng = np.random.default_rng(1)
    t, phases = np.arange(SAMPLES), rng.uniform(0, 2 * np.pi, 5)

    def harmonics(pitch):
        tones = enumerate(phases, start=1)
        return sum(np.cos(2 * np.pi * pitch * k * t + phase) / k for k, phase in tones)

    change = {}
    low, table, _ = maps_of(harmonics(0.03), log=True, frequency=4)
    high, *_ = maps_of(harmonics(0.03 * 2 ** (1 / 8)), log=True, frequency=4)
    for name, rows in {
        "order 1": (table["order"] == 1) & (table["mu"] < 0),
        "along frequency": table["mu"] >= 0,
    }.items():
        centred = low[rows] - low[rows].mean()
        change[name] = np.linalg.norm((high - low)[rows]) / np.linalg.norm(centred)
    assert change["along frequency"] < change["order 1"] / 2


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frequency", [None, 3])
@pytest.mark.parametrize("layer", ["S0", "S1", "S2"])
def test_the_table_has_a_row_for_each_channel(channels, frequency, layer):
    cascade, _ = built((channels, 1, SAMPLES), frequency=frequency, renormalise=True, log=True)
    sounds = torch.randn(2, channels, 1, SAMPLES, generator=torch.Generator().manual_seed(0))
    maps, table = cascade.maps(sounds, layer), cascade.table(layer)
    assert maps.shape == (2, len(table["order"]), 1, SAMPLES // T)
    assert torch.isfinite(maps).all()
    rows = set(zip(*(column.tolist() for column in table.values()), strict=True))
    assert len(rows) == maps.shape[1]
    if channels == 2:
        alone, _ = built(frequency=frequency, renormalise=True, log=True)
        second = alone.maps(sounds[:, 1:], layer)
        torch.testing.assert_close(maps[:, table["colour"] == 1], second)


def test_its_gradient_is_finite_on_silence_and_right_on_noise():
    cascade, layer = build_representation(
        {"kind": "time_scattering", "J": 4, "Q": 2, "renormalise": True, "log": True,
         "frequency": 2, "engine": "reference"}, (1, 1, 64)
    )  # fmt: skip
    sound = torch.from_numpy(noise()[:64]).reshape(1, 1, 1, 64).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: cascade.maps(x, layer), sound)
    silence = torch.zeros(1, 1, 1, 64, requires_grad=True)
    cascade.maps(silence, layer).sum().backward()
    assert torch.isfinite(silence.grad).all()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"frequency": 9}, r"frequency=9 is too large.*at most 5"),
        ({"frequency": 2, "max_order": 0}, "frequency: there is no order 1"),
        ({"T": 5000}, r"T=5000.*4096 samples"),
        ({"Q": [1, 2, 3]}, r"Q=\[1, 2, 3\]"),
    ],
)
def test_bad_settings_are_named(keys, message):
    with pytest.raises(InputError, match=message):
        built(**keys)


def test_images_are_refused():
    with pytest.raises(InputError, match="time scattering is of sounds"):
        built((1, 32, 32))


def test_concatenated_maps_stand_side_by_side():
    wide, narrow = TIME | {"Q": 1}, TIME | {"Q": 8, "frequency": 3}
    cascade, layer = build_representation({"kind": "concatenated", "of": [wide, narrow]}, SHAPE)
    sound = torch.from_numpy(noise()).float().reshape(1, *SHAPE)
    table, maps = cascade.table(layer), cascade.maps(sound, layer)
    assert maps.shape[1] == len(table["part"])
    for part, spec in enumerate((wide, narrow)):
        alone, taken = build_representation(spec, SHAPE)
        rows = table["part"] == part
        torch.testing.assert_close(maps[:, rows], alone.maps(sound, taken))
        np.testing.assert_array_equal(table["order"][rows], alone.table(taken)["order"])


def test_concatenated_maps_must_have_one_grid():
    parts = [TIME, TIME | {"T": 256}]
    with pytest.raises(ConfigError, match="maps of 1×8 and 1×16 cannot be side by side"):
        build_representation({"kind": "concatenated", "of": parts}, SHAPE)
