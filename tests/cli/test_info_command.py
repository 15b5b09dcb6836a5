"""``scatterlab info``: what it says of stores, shards, weights, manifests and folders."""

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from safetensors.numpy import save_file

from scatterlab.cli.main import main
from scatterlab.stores.writer import write_dataset


@pytest.fixture
def said(capsys):
    """What ``scatterlab info`` with some arguments prints."""

    def run(*arguments) -> str:
        main(["info", *map(str, arguments)])
        return capsys.readouterr().out

    return run


def test_shards_are_described_as_one_store(features, said):
    found = json.loads(said("--json", features))
    assert found["kind"] == "features"
    assert found["shards"] == 2
    array = found["arrays"]["features"]
    assert array["sizes"] == {"sample": 20, "channel": 4, "y": 2, "x": 2}
    assert array["dtype"] == "float32"
    assert array["chunks"] == [10, 4, 2, 2]
    assert array["bytes"] == 20 * 4 * 2 * 2 * 4
    assert found["splits"] == {"train": 10, "test": 10}
    assert found["classes"] == {"a": 7, "b": 7, "c": 6}
    assert found["coordinates"]["sample"]["max"] == 19


def test_stored_bytes_are_those_of_the_files(features, said):
    found = json.loads(said("--json", features))["arrays"]["features"]
    files = [file for file in features.glob("*.zarr/features/**/*") if file.is_file()]
    assert found["stored_bytes"] == sum(file.stat().st_size for file in files)
    assert found["ratio"] == round(found["bytes"] / found["stored_bytes"], 2)


def test_a_store_tells_paths_by_order_specification_engine_and_versions(features, said):
    text = said(features / "shard-0-of-2.zarr")
    assert "order   0: 1  1: 2  2: 1" in text
    assert "number of wavelets" in text
    assert "theta1  none: 1  0: 2  1: 1" in text
    assert '{"kind": "scattering", "J": 2}' in text
    assert "engine    reference" in text
    assert np.__version__ in text
    assert "sample 10 × channel 4 × y 2 × x 2  float32  in chunks of 10×4×2×2  640 B" in text


def test_an_array_is_not_read(features, said):
    for chunk in features.glob("*.zarr/features/c/**/*"):
        if chunk.is_file():
            chunk.write_bytes(b"damaged")
    assert "features" in said(features)


def test_a_store_of_an_analysis_has_neither_classes_nor_splits(tmp_path, said):
    error = xr.DataArray(np.zeros((3, 2)), {"shift": [0.5, 1, 2]}, ("shift", "layer"))
    error.attrs["units"] = "relative"
    write_dataset(tmp_path / "translation.zarr", xr.Dataset({"error": error}, attrs={"J": 3}))
    text = said(tmp_path / "translation.zarr")
    assert "translation.zarr: analysis" in text
    assert "shift 3 × layer 2" in text
    assert "[relative]" in text
    assert "0.5 … 2.0" in text
    assert "classes" not in text
    assert "made by" not in text


def test_weights_are_described_by_their_tensors_and_attributes(tmp_path, said):
    path = tmp_path / "weights.safetensors"
    about = {"about": json.dumps({"classes": 10})}
    save_file({"C1.weight": np.zeros((6, 1, 5, 5), np.float32)}, path, about)
    text = said(path)
    assert "tensors: 150 numbers" in text
    assert "C1.weight  6×1×5×5  F32" in text
    assert '{"classes": 10}' in text


def test_a_manifest_names_its_store_and_what_made_it(features, said):
    text = said(features / "shard-1-of-2.json")
    assert "of shard-1-of-2.zarr" in text
    assert '{"J": 2}' in text


def test_a_folder_has_a_line_for_each_of_what_is_below_it(features, said):
    results = features.parents[2]
    write_dataset(results / "analyses/energy.zarr", xr.Dataset({"energy": ("order", [0.5])}))
    save_file({"w": np.zeros(3)}, results / "weights.safetensors")
    (results / "torn.safetensors").write_bytes(b"torn")
    title, *lines = said(results).splitlines()
    assert title == f"{results}: folder"
    assert [line.split()[:2] for line in lines] == [
        ["analyses/energy.zarr", "analysis"],
        ["features/digits/scattering1", "features"],
        ["torn.safetensors", "fault"],
        ["weights.safetensors", "weights"],
    ]
    assert "in 2 shards  features (sample 20 × channel 4 × y 2 × x 2)" in lines[1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.zarr", None, "no such file or folder"),
        ("history.json", "{}", "not a manifest"),
        ("torn.safetensors", "torn", "not a safetensors file"),
        ("empty", "folder", "no stores or weights here"),
    ],
)
def test_what_cannot_be_described_is_named(tmp_path, name, content, message):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_text(content)
    with pytest.raises(SystemExit, match=f"error: .*{name}: {message}"):
        main(["info", str(path)])


def test_what_names_hold_does_not_steer_the_terminal(tmp_path, said):
    title = "clear\x1b[2J\nkind: images"
    write_dataset(tmp_path / "a.zarr", xr.Dataset({"e": ("k", [1.0])}, attrs={"title": title}))
    text = said(tmp_path / "a.zarr")
    assert "title  clear\\x1b[2J\\nkind: images" in text.splitlines()[-1]


def test_in_an_object_store_there_is_the_same_but_for_what_the_manifest_says(
    features, said, object_store
):
    bucket = object_store.bucket("info")
    for path in features.rglob("*"):
        if path.is_file():
            bucket.upload_file(str(path), path.relative_to(features.parent).as_posix())
    options = ["--json", "--storage-options", json.dumps(object_store.options)]
    for name in ("scattering1", "scattering1/shard-0-of-2.zarr"):
        there = json.loads(said(*options, f"s3://info/{name}"))
        here = json.loads(said("--json", features.parent / name))
        assert here | {"path": f"s3://info/{name}", "made_by": None} == there


def test_a_missing_shard_is_named(features, said):
    (features / "shard-1-of-2.zarr").rename(features / "elsewhere")
    with pytest.raises(SystemExit, match="shard 1 of 2 is missing"):
        main(["info", str(features)])


def test_torch_is_not_imported(features):
    code = "import sys; from scatterlab.cli.main import main; main(); print('torch' in sys.modules)"
    for command in ("info", "verify"):
        run = [sys.executable, "-c", code, command, str(features)]
        printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
        assert printed.splitlines()[-1] == "False"
