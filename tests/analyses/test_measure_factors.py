"""The script that measures factors: whole stores, and mistakes said plainly."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_scenes import small_scenes

import scatterlab
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import write_dataset

SCRIPT = Path(scatterlab.__file__).parents[1] / "scripts/measure_factors.py"


def measure(folder, store, grids=None, layers=None):
    """Run the script on a store; what it printed, and the path of its result."""
    images, result = folder / "images.zarr", folder / "factors.zarr"
    write_dataset(images, store)
    write_manifest(images, folder / "images.json")
    analysis = {"grids": grids, "layers": layers, "trace": 0.95, "components": 2}
    command = [sys.executable, SCRIPT, "--images", images]
    command += ["--images-manifest", folder / "images.json", "--analysis", json.dumps(analysis)]
    command += ["--spec", json.dumps({"kind": "scattering", "J": 3, "L": 4, "max_order": 2})]
    command += ["--store", result, "--manifest", folder / "factors.json"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return done.stderr.strip(), result


def test_a_store_of_the_layers_that_are_asked_for(tmp_path):
    grids = {"combined": {"position": ["x"]}, "fixed": {"light": 1.0}, "within": []}
    printed, path = measure(tmp_path, small_scenes(), grids, layers=["S1", "S2"])
    assert printed == ""
    found = open_store(path)
    assert found.attrs["layers"] == ["S1", "S2"]
    assert list(found.attrs["factors"]) == ["object", "position"]
    np.testing.assert_allclose(found["share"].sum("factor") + found["residual"], 1)


@pytest.mark.parametrize(
    ("store", "layers", "message"),
    [
        (small_scenes().isel(sample=slice(5, None)), None, "holes: 5 of 24 combinations"),
        (small_scenes().drop_attrs().assign_attrs(title="T"), None, "T: no factors are known"),
        (small_scenes(), ["S3"], "no layer 'S3'"),
    ],
    ids=["holes", "no factors", "no layer"],
)
def test_mistakes_are_said_plainly_and_leave_nothing(tmp_path, store, layers, message):
    printed, path = measure(tmp_path, store, layers=layers)
    assert message in printed
    assert printed.startswith("error: ")
    assert "Traceback" not in printed
    assert not path.exists()
