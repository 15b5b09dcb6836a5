"""Damage is found by `scatterlab verify`, and the command that it prints mends just that."""

import json
import shlex
import shutil

import pytest
from tiny_run import SHARD, differences

pytestmark = pytest.mark.faults
STORE, MANIFEST = f"{SHARD}.zarr", f"{SHARD}.json"
CHUNK = f"{STORE}/features/c/0/0/0/0"


def flip_a_bit(folder):
    content = bytearray((folder / CHUNK).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / CHUNK).write_bytes(content)


def edit_the_manifest(change):
    """Damage: `change` what the manifest says, as a mapping, in place."""

    def edit(folder):
        content = json.loads((folder / MANIFEST).read_text())
        change(content)
        (folder / MANIFEST).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")

    return edit


def cut_the_manifest(folder):
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text[: len(text) // 2])


DAMAGE = {
    "a bit of a chunk flipped": flip_a_bit,
    "a chunk deleted": lambda folder: (folder / CHUNK).unlink(),
    "a store deleted": lambda folder: shutil.rmtree(folder / STORE),
    "a manifest deleted": lambda folder: (folder / MANIFEST).unlink(),
    "a manifest cut short": cut_the_manifest,
    "a digest edited": edit_the_manifest(
        lambda content: content["files"].update({"features/c/0/0/0/0": "0" * 64})
    ),
    "a file taken off the list": edit_the_manifest(
        lambda content: content["files"].pop("features/c/0/0/0/0")
    ),
    "a shape edited": edit_the_manifest(
        lambda content: content["arrays"]["features"].update(shape=[1, 1, 1, 1])
    ),
}


def test_all_damage_is_found_and_mended_by_the_command_that_is_printed(finished, expected, say):
    for damage, inflict in DAMAGE.items():
        inflict(finished.folder)
        found = finished.verify(fails=True)
        assert SHARD in found
        assert "1 of " in found
        command = shlex.split(found.splitlines()[-1])
        printed = finished.run(*command[command.index("--force") :])
        assert "1 of 1 steps (100%) done" in printed
        assert "are as their manifests say" in finished.verify()
        assert differences(finished.results(), expected) == []
        say(f"{damage}: found, mended by `{shlex.join(command)}`")
    assert "Nothing to be done" in finished.run("-n")


def test_a_job_refuses_a_damaged_store_and_its_message_mends_it(finished, expected):
    flip_a_bit(finished.folder)
    folder = "results/classification/digits/scattering1/affine_pca/train-all-draw-0"
    shutil.rmtree(finished.folder / folder)
    printed = finished.run(f"{folder}/evaluation.json", fails=True)
    assert f"{STORE}: features/c/0/0/0/0 does not match its sha256" in printed
    assert f"delete {STORE} and run again" in printed
    shutil.rmtree(finished.folder / STORE)
    finished.run(f"{folder}/evaluation.json")
    finished.run()
    assert differences(finished.results(), expected) == []
