"""Which coefficient is drawn where."""

import numpy as np
import pytest
import xarray as xr

from scatterlab.errors import ConfigError, StoreError
from scatterlab.report.disks import HOLE, SIDE, disk_of_channels, load_examples, plot_coefficients
from scatterlab.stores.writer import write_dataset
from scatterlab.wavelets.bank import filter_bank
from scatterlab.wavelets.paths import path_table, scattering_paths

J, L = 3, 8


def table(Q=1) -> xr.Dataset:
    columns = path_table(scattering_paths(J, L, 2, Q))
    return xr.Dataset(coords={name: ("channel", column) for name, column in columns.items()})


def disk(order, bank="unitary", Q=1):
    return disk_of_channels(table(Q), order, J, filter_bank(bank, (8, 8), J, L).angles, Q)


def at(grid, radius, angle):
    """The channel at a polar place, the angle measured from x towards y, down the image."""
    column, row = (int((1 + radius * turn) * SIDE / 2) for turn in (np.cos(angle), np.sin(angle)))
    return grid[row, column]


def ring(j, inside=0.5):
    return 1 - (j + inside) * (1 - HOLE) / J


@pytest.mark.parametrize("bank", ["unitary", "kymatio"])
def test_order_1_is_at_its_frequency_and_its_opposite(bank):
    grid, paths = disk(1, bank), scattering_paths(J, L, 1)
    angles = filter_bank(bank, (8, 8), J, L).angles
    for channel, path in enumerate(paths):
        for (j, theta), turn in ((step, turn) for step in path for turn in (0, np.pi)):
            assert at(grid, ring(j), angles[theta] + turn) == channel


def test_order_2_divides_the_cells_of_order_1():
    grid, columns = disk(2), path_table(scattering_paths(J, L, 2))
    first, second = disk(1), grid >= 0
    same = columns["j1"][grid[second]] == columns["j1"][first[second]]
    assert same.all()
    assert (columns["theta1"][grid[second]] == columns["theta1"][first[second]]).all()
    assert columns["j2"][at(grid, ring(0, 0.25), 0)] == 1
    assert columns["j2"][at(grid, ring(0, 0.75), 0)] == 2


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("Q", [1, 2])
def test_every_path_is_drawn_once_in_each_half(order, Q):
    grid = disk(order, Q=Q)
    drawn = np.unique(grid[grid >= 0])
    assert drawn.tolist() == np.flatnonzero(table(Q)["order"].values == order).tolist()
    assert (grid == grid[::-1, ::-1]).mean() > 0.99


def test_no_path_is_drawn_outside_or_for_the_coarsest_scale():
    assert at(disk(1), 1.2, np.pi / 4) == -1
    assert at(disk(1), HOLE / 2, 0) == -1
    assert at(disk(2), ring(J - 1), 0) == -1


def test_examples_are_test_samples_of_several_classes(tmp_path):
    for shard, split in enumerate(([0, 1, 1], [1, 1, 1])):
        samples = {"sample": 3 * shard + np.arange(3), "label": [5, 5, 5 + shard], "split": split}
        write_dataset(
            tmp_path / f"{shard}.zarr",
            xr.Dataset(
                {"features": (("sample", "channel", "y", "x"), np.zeros((3, 1, 1, 1), "f4"))},
                coords={name: ("sample", np.array(value)) for name, value in samples.items()},
                attrs={"split_names": ["train", "test"]},
            ),
        )
    examples = load_examples([tmp_path / "0.zarr", tmp_path / "1.zarr"])
    assert examples["sample"].values.tolist() == [1, 5]
    with pytest.raises(StoreError, match=r"0\.zarr"):
        load_examples([only_training(tmp_path)])


def test_only_a_scattering_has_disks(tmp_path):
    pixels = xr.Dataset(coords={"colour": ("channel", [0])})
    with pytest.raises(ConfigError, match="scattering of order 1"):
        plot_coefficients(pixels, pixels, {"kind": "pixels"}, tmp_path / "disks.svg")


def only_training(folder):
    store = xr.Dataset(
        coords={"label": ("sample", [0]), "split": ("sample", [0])},
        attrs={"split_names": ["train", "test"]},
    )
    write_dataset(folder / "training" / "0.zarr", store)
    return folder / "training" / "0.zarr"
