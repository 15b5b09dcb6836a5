"""The command line on the results of a run."""

import os
import shlex
import subprocess
import sys

import pytest

from scatterlab.stores.reader import open_features, open_store

pytestmark = pytest.mark.workflow

PIXELS = "results/features/digits/pixels/shard-0-of-1.zarr"


def scatterlab(folder, *arguments):
    """``python -m scatterlab`` with `arguments`, run in `folder`."""
    command = [sys.executable, "-m", "scatterlab", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_data_set_shows_what_it_holds_in_a_notebook(finished):
    images = open_store(finished.folder / "results/data/digits/images.zarr")
    features = open_features(finished.folder / "results/features/digits/scattering1")
    shown = {"images": images._repr_html_(), "features": features._repr_html_()}
    for said in ("intensity", "number in the data set", "class, an index into class_names"):
        assert said in shown["images"]
    for said in ("maps of layer S1", "direction of wavelet 1", "log2 pixels", "class_names"):
        assert said in shown["features"]


def test_the_command_that_verify_prints_rebuilds_just_what_is_damaged(workflow):
    assert scatterlab(workflow.folder, "verify").returncode == 0
    (workflow.folder / PIXELS / "features" / "c" / "0" / "0" / "0" / "0").unlink()
    found = scatterlab(workflow.folder, "verify")
    assert found.returncode == 1
    command = shlex.split(found.stderr.splitlines()[-1])
    assert command[0] == "snakemake"
    printed = workflow.run(*command[command.index("--force") :])
    assert "1 of 1 steps (100%) done" in printed
    assert scatterlab(workflow.folder, "verify").returncode == 0
    assert "Nothing to be done" in workflow.run("-n")
