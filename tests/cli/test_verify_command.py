"""``scatterlab verify``: what it finds, says and returns."""

import shutil

import pytest

from scatterlab.cli.main import main

SHARD = "results/features/digits/scattering1/shard-{}-of-2.zarr"


def flip_a_bit(store):
    chunk = store / "label" / "c" / "0"
    content = bytearray(chunk.read_bytes())
    content[-1] ^= 1
    chunk.write_bytes(content)


@pytest.mark.parametrize("which", ["folder", "store", "manifest"])
def test_what_is_whole_is_said_to_be(features, which, capsys):
    paths = {
        "folder": (features, "2 stores"),
        "store": (features / "shard-0-of-2.zarr", "1 stores"),
        "manifest": (features / "shard-0-of-2.json", "1 stores"),
    }
    path, said = paths[which]
    main(["verify", str(path)])
    assert said in capsys.readouterr().out


def test_every_fault_of_every_store_is_named(features):
    flip_a_bit(features / "shard-0-of-2.zarr")
    (features / "shard-0-of-2.zarr" / "order" / "c" / "0").unlink()
    (features / "shard-1-of-2.zarr" / "notes.txt").write_text("stray")
    with pytest.raises(SystemExit) as stop:
        main(["verify", str(features)])
    said = stop.value.code.splitlines()
    assert len([line for line in said if line.startswith("error: ")]) == 3
    assert f"error: {features}/shard-0-of-2.zarr: order/c/0 is missing" in said
    assert any("label/c/0 does not match its sha256" in line for line in said)
    assert any("notes.txt is not in" in line for line in said)


def test_the_remedy_rebuilds_the_damaged_store_and_no_other(features, monkeypatch):
    monkeypatch.chdir(features.parents[3])
    flip_a_bit(features / "shard-1-of-2.zarr")
    with pytest.raises(SystemExit) as stop:
        main(["verify"])
    command = f"snakemake --cores all --force {SHARD.format(1)}"
    assert stop.value.code.splitlines()[-1].strip() == command
    assert "1 of 2 stores are damaged" in stop.value.code


def test_the_remedy_names_the_workflows_folder_when_that_is_another(features):
    flip_a_bit(features / "shard-0-of-2.zarr")
    with pytest.raises(SystemExit) as stop:
        main(["verify", str(features)])
    where = f"--directory {features.parents[3]} --force {SHARD.format(0)}"
    assert stop.value.code.endswith(where)


def test_damage_outside_a_workflow_is_said_to_be_outside(features, tmp_path):
    moved = tmp_path / "elsewhere"
    features.rename(moved)
    flip_a_bit(moved / "shard-0-of-2.zarr")
    with pytest.raises(SystemExit, match="is not in a workflow's results/"):
        main(["verify", str(moved)])


def test_a_store_without_manifest_and_a_manifest_without_store_are_faults(features):
    (features / "shard-0-of-2.json").unlink()
    shutil.rmtree(features / "shard-1-of-2.zarr")
    with pytest.raises(SystemExit) as stop:
        main(["verify", str(features)])
    assert "shard-0-of-2.json: no such manifest" in stop.value.code
    assert "shard-1-of-2.zarr: zarr.json is missing" in stop.value.code


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_manifest_that_is_none_is_a_fault(features, text):
    (features / "shard-0-of-2.json").write_text(text)
    with pytest.raises(SystemExit, match=r"shard-0-of-2\.json: not a manifest"):
        main(["verify", str(features)])


def test_what_an_interrupted_job_left_is_not_taken_for_a_store(features, capsys):
    left = features / ".shard-0-of-2.zarr.abc" / "shard-0-of-2.zarr"
    left.mkdir(parents=True)
    (features / "history.json").write_text('{"epochs": 3}')
    main(["verify", str(features)])
    assert "2 stores" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["nowhere", "nowhere.zarr"])
def test_a_path_without_stores_is_named(tmp_path, path):
    with pytest.raises(SystemExit, match=rf"error: .*{path}: no (such )?store"):
        main(["verify", str(tmp_path / path)])


def test_a_url_is_refused_with_what_to_do():
    with pytest.raises(SystemExit, match=r"error: s3://bucket/a\.zarr: .* copy it here first"):
        main(["verify", "s3://bucket/a.zarr"])
