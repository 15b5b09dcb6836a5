import hashlib
import json
import subprocess
import sys
from pathlib import Path

import xarray as xr
from small_archives import spec_of

SCRIPTS = Path(__file__).parents[2] / "src" / "scripts"


def run(script, *arguments, **environment):
    return subprocess.run(
        [sys.executable, SCRIPTS / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONWARNINGS": "ignore", **environment},
    )


def test_scripts_fetch_from_the_mirror_and_prepare(tmp_path, idx_files):
    paths, _ = idx_files
    entries = [
        {"file": path.name, "digests": [f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"]}
        for path in paths
    ]
    spec = spec_of(format="idx", archives=entries)
    target = tmp_path / "archives" / paths[0].name
    archive = json.dumps(spec["archives"][0])
    fetched = run(
        "fetch_archive.py",
        "--archive",
        archive,
        "--target",
        target,
        SCATTERLAB_MIRROR=str(tmp_path),
    )
    assert fetched.returncode == 0, fetched.stderr
    store, manifest = tmp_path / "images.zarr", tmp_path / "images.json"
    options = ("--spec", json.dumps(spec), "--store", store, "--manifest", manifest)
    made = run("prepare_dataset.py", *options, "--archives", target, *paths[1:])
    assert made.returncode == 0, made.stderr
    assert xr.open_zarr(store, chunks=None).sizes["sample"] == 12
    target.write_bytes(target.read_bytes()[:20])
    failed = run("prepare_dataset.py", *options, "--archives", target, *paths[1:])
    assert failed.returncode == 1
    assert failed.stderr.strip().splitlines()[-1].startswith(f"error: {target}: ")
    assert "Traceback" not in failed.stderr
