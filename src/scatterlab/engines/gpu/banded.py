"""The low-pass along one axis, and its adjoint, as matrices that are zero off a band.

Rows are cut into tiles. Each needs only a window of the columns, which may go round the end.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import torch

from scatterlab.engines.tree import Tree

NARROW, WIDE = 16, 32
"""Rows in a tile of a matrix of few rows, and of others."""
STEP = 32
"""Windows are whole multiples of it."""


@dataclass(frozen=True)
class Banded:
    """A real matrix, tables on one device.

    Attributes
    ----------
    rows, columns : its shape.
    width : number of columns in a window.
    starts : (tile,) int32, first column of each tile's window.
    weights : (tile, window, row of the tile), the entries, zeros beyond `width`.
    """

    rows: int
    columns: int
    width: int
    starts: torch.Tensor
    weights: torch.Tensor


def averaging(tree: Tree, level: int, dim: int, dtype: torch.dtype) -> sparse.coo_array:
    """⋆ φ_J along `dim` from the lattice of `level` to the outputs: (output, sample) float64.

    Entries that `dtype` cannot tell from zero beside the largest are left out. The sum of what
    is left out of a row is about as small beside the row's sum.
    """
    if len(tree.axes) == 1:
        return averaging_in_time(tree, level, dtype)
    matrix = tree.averaging(level, dim)
    return sparse.coo_array(np.where(is_zero(matrix, dtype), 0, matrix))


def averaging_in_time(tree: Tree, level: int, dtype: torch.dtype) -> sparse.coo_array:
    """`averaging` for one axis of any length: each row is the one before, moved."""
    (axis,) = tree.axes
    count, stride = axis.output_lattice
    samples, outputs = axis.samples(level), len(axis.outputs)
    response = np.fft.ifft(tree.smoothing(level)).real
    places = np.flatnonzero(~is_zero(response, dtype))
    row = np.repeat(np.arange(outputs), len(places))
    column = (row * stride * (samples // count) - np.tile(places, outputs)) % samples
    entries = np.tile(response[places], outputs)
    return sparse.coo_array((entries, (row, column)), shape=(outputs, samples))


def is_zero(values: np.ndarray, dtype: torch.dtype) -> np.ndarray:
    """Where `dtype` cannot tell `values` from zero beside the largest."""
    return np.abs(values) <= torch.finfo(dtype).eps * np.abs(values).max()


def banded(matrix: sparse.coo_array, device: torch.device, dtype: torch.dtype) -> Banded:
    """The tables of `matrix`."""
    rows, columns = matrix.shape
    tile_rows = NARROW if rows <= NARROW else WIDE
    tiles = -(-rows // tile_rows)
    tile, within = np.divmod(matrix.row, tile_rows)
    starts = window_starts(tile, matrix.col, tiles, columns)
    place = (matrix.col - starts[tile]) % columns
    width = int(place.max()) + 1
    single = np.float32 if dtype == torch.float32 else np.float64
    weights = np.zeros((tiles, -(-width // STEP) * STEP, tile_rows), single)
    weights[tile, place, within] = matrix.data
    return Banded(
        rows=rows,
        columns=columns,
        width=width,
        starts=torch.from_numpy(starts.astype(np.int32)).to(device),
        weights=torch.from_numpy(shared(weights, rows)).to(device),
    )


def window_starts(tile, column, tiles: int, columns: int) -> np.ndarray:
    """Where the shortest window round `columns` starts that holds each tile's columns."""
    needed = sparse.csr_array((np.ones(len(tile)), (tile, column)), shape=(tiles, columns))
    needed.sum_duplicates()
    starts = np.zeros(tiles, np.int64)
    for number in range(tiles):
        found = needed.indices[needed.indptr[number] : needed.indptr[number + 1]]
        if len(found):
            gaps = np.diff(found, prepend=found[-1] - columns)
            starts[number] = found[np.argmax(gaps)]
    return starts


def shared(weights: np.ndarray, rows: int) -> np.ndarray:
    """One tile's weights where all tiles have the same, but for rows that the last has not."""
    rest = rows - (len(weights) - 1) * weights.shape[2]
    alike = (weights[:-1] == weights[:1]).all() and (
        weights[-1, :, :rest] == weights[0, :, :rest]
    ).all()
    return weights[:1] if alike else weights
