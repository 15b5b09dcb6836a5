"""What runs again, and what does not."""

import json
import shutil

import pytest

from scatterlab.stores.reader import open_features

pytestmark = pytest.mark.workflow


def test_a_second_run_does_nothing_and_neither_does_one_of_a_copy(workflow):
    assert "Nothing to be done" in workflow.run("-n")


def test_changing_a_key_reruns_what_depends_on_it(workflow):
    change = workflow.write("c.yaml", "classifiers: {affine_pca: {max_dimension: 7}}")
    jobs = workflow.planned(config=[change])
    assert jobs.pop("train_classifier") == {"pixels", "scattering1"}
    assert jobs.pop("evaluate_classifier") == {"pixels", "scattering1"}
    assert not {"prepare_dataset", "compute_features", "measure_translation"} & set(jobs)


def test_resampled_splits_train_and_test_anew_on_the_same_features(workflow):
    protocol = "{splits: resampled, score: class_mean, draws: 2, train_sizes: {digits: [5]}}"
    change = workflow.write("c.yaml", f"comparison: {protocol}")
    jobs = workflow.planned(config=[change])
    assert jobs["train_classifier"] == {"pixels", "scattering1"}
    assert not {"prepare_dataset", "compute_features"} & set(jobs)
    workflow.run(config=[change])
    folder = "results/classification/digits/pixels/affine_pca/train-5-draw-{}/evaluation.json"
    found = [json.loads((workflow.folder / folder.format(draw)).read_text()) for draw in (0, 1)]
    assert found[0]["n_train"] == 50
    assert found[0]["n_test"] == found[1]["n_test"] == 250
    assert found[0]["confusion"] != found[1]["confusion"]


def test_changing_one_representation_leaves_the_others(workflow):
    change = workflow.write("c.yaml", "representations: {scattering1: {L: 3}}")
    jobs = workflow.planned(config=[change])
    for rule in ("compute_features", "train_classifier", "measure_translation", "measure_energy"):
        assert jobs[rule] == {"scattering1"}
    assert "prepare_dataset" not in jobs


def test_a_key_that_nothing_asked_for_uses_reruns_nothing(workflow):
    change = workflow.write("c.yaml", "representations: {scattering2: {L: 3}}")
    assert "Nothing to be done" in workflow.run("-n", config=[change])


def test_editing_a_module_reruns_the_rules_that_use_it_and_no_other(workflow):
    module = workflow.folder / "src" / "scatterlab" / "wavelets" / "unitary.py"
    module.write_text(module.read_text() + "\n# changed\n")
    jobs = workflow.planned()
    assert jobs["compute_features"] == {"scattering1"}
    assert jobs["measure_energy"] == {"scattering1"}
    assert jobs["measure_translation"] == {"scattering1"}
    assert "prepare_dataset" not in jobs


def test_touching_a_module_without_changing_it_reruns_nothing(workflow):
    (workflow.folder / "src" / "scatterlab" / "wavelets" / "unitary.py").touch()
    assert "Nothing to be done" in workflow.run("-n")


def test_an_identical_rebuild_reruns_nothing_downstream(workflow):
    manifest = workflow.folder / "results/features/digits/scattering1/shard-0-of-1.json"
    before = manifest.read_bytes()
    printed = workflow.run("--forcerun", "compute_features", "--until", "compute_features")
    assert "rule compute_features" in printed
    assert manifest.read_bytes() == before
    assert "Nothing to be done" in workflow.run("-n")


def test_a_lost_store_is_rebuilt_and_nothing_else(workflow):
    shutil.rmtree(workflow.folder / "results/features/digits/pixels/shard-0-of-1.zarr")
    target = "results/features/digits/pixels/shard-0-of-1.zarr"
    workflow.run(target)
    assert open_features(workflow.folder / "results/features/digits/pixels").sizes["sample"] == 300
    assert "Nothing to be done" in workflow.run("-n")


def test_more_shards_give_the_same_features(workflow):
    change = workflow.write("c.yaml", "datasets: {digits: {shards: 3}}")
    folder = "results/features/digits/scattering1"
    one = open_features(workflow.folder / folder)
    workflow.run(*(f"{folder}/shard-{shard}-of-3.json" for shard in range(3)), config=[change])
    shutil.rmtree(workflow.folder / folder / "shard-0-of-1.zarr")
    assert open_features(workflow.folder / folder).identical(one)


def test_no_result_is_a_pickle(finished):
    files = [path for path in (finished.folder / "results").rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        head = path.read_bytes()[:4096]
        assert not (head[:1] == b"\x80" and head[1:2] in b"\2\3\4\5"), path
        assert not (head[:2] == b"PK" and b".pkl" in head), path
