"""Small data sets in files."""

import gzip

import numpy as np
import pytest
from small_archives import idx_bytes, png_bytes


@pytest.fixture
def idx_files(tmp_path):
    """Training and test images (7 and 5 of 6×4 pixels) and labels; paths and arrays."""
    generator = np.random.default_rng(0)
    arrays = [
        generator.integers(0, 256, (7, 6, 4), np.uint8),
        np.array([3, 1, 0, 2, 3, 1, 0], np.uint8),
        generator.integers(0, 256, (5, 6, 4), np.uint8),
        np.array([0, 1, 2, 3, 0], np.uint8),
    ]
    paths = [tmp_path / f"part{number}.gz" for number in range(4)]
    for path, array in zip(paths, arrays, strict=True):
        path.write_bytes(gzip.compress(idx_bytes(array)))
    return paths, arrays


@pytest.fixture
def picture_folder(tmp_path):
    """Two classes of ten images of 8×8 pixels; image k of a class is grey value k or 100 + k."""
    root = tmp_path / "pictures"
    for label, name in enumerate(("cat", "dog")):
        (root / name).mkdir(parents=True)
        for number in range(10):
            grey = np.full((8, 8), 100 * label + number, np.uint8)
            (root / name / f"im{number}.png").write_bytes(png_bytes(grey))
    return root
