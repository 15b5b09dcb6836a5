"""Results on a shared file system or in an object store are those of a run in one folder."""

import pytest
from copied_workflow import digests_below
from results_elsewhere import ONE, InObjectStore

from scatterlab.stores.reader import open_features

pytestmark = pytest.mark.workflow


def test_results_in_another_folder_have_the_bytes_of_those_beside_the_snakefile(
    finished, fresh, tmp_path
):
    workflow = fresh(tmp_path / "the project")
    elsewhere = tmp_path / "a shared folder"
    workflow.run("--directory", elsewhere, ONE)
    found, expected = digests_below(elsewhere), digests_below(finished.folder)
    assert ONE in found
    assert found.items() <= expected.items()
    assert not (workflow.folder / "results").exists()
    assert "Nothing to be done" in workflow.run("-n", "--directory", elsewhere, ONE)


def test_results_in_an_object_store_have_the_bytes_of_local_ones(
    finished, fresh, tmp_path, object_store
):
    fresh(tmp_path / "few-jobs")
    workflow = InObjectStore(tmp_path / "few-jobs", object_store)
    workflow.run(ONE)
    found, expected = workflow.digests(), digests_below(finished.folder)
    assert ONE in found
    assert found.items() <= expected.items()
    assert not (workflow.folder / "results").exists()
    folder = "results/features/digits/pixels"
    url = f"s3://few-jobs/runs/one/{folder}"
    features = open_features(url, storage_options=object_store.options)
    assert features.identical(open_features(finished.folder / folder))


@pytest.fixture(scope="module")
def remote(fresh, object_store, tmp_path_factory) -> InObjectStore:
    """A run of the small configuration into an object store."""
    folder = tmp_path_factory.mktemp("remote") / "all-jobs"
    fresh(folder)
    workflow = InObjectStore(folder, object_store)
    workflow.run()
    return workflow


@pytest.mark.storage
def test_a_whole_run_into_an_object_store_leaves_the_bytes_of_a_local_run(remote, finished):
    assert remote.digests() == digests_below(finished.folder)


@pytest.mark.storage
def test_a_second_run_does_nothing(remote):
    assert "Nothing to be done" in remote.run("-n")


@pytest.mark.storage
def test_a_changed_key_reruns_what_depends_on_it(remote):
    change = remote.write("c.yaml", "classifiers: {affine_pca: {max_dimension: 7}}")
    jobs = remote.planned(config=[change])
    assert jobs.pop("train_classifier") == {"pixels", "scattering1"}
    assert jobs.pop("evaluate_classifier") == {"pixels", "scattering1"}
    assert not {"prepare_dataset", "compute_features", "measure_translation"} & set(jobs)


@pytest.mark.storage
def test_editing_a_module_reruns_what_uses_it_and_touching_it_nothing(remote):
    module = remote.folder / "src" / "scatterlab" / "wavelets" / "unitary.py"
    text = module.read_text()
    module.write_text(text + "\n# changed\n")
    assert remote.planned()["compute_features"] == {"scattering1"}
    module.write_text(text)
    assert "Nothing to be done" in remote.run("-n")


@pytest.mark.storage
def test_a_lost_chunk_stops_the_job_that_reads_it_and_the_lost_store_is_rebuilt(remote, finished):
    folder = "results/features/digits/pixels/shard-0-of-1.zarr"
    key = f"runs/one/{folder}/features/c/0/0/0/0"
    remote.bucket.Object(key).delete()
    change = remote.write("d.yaml", "classifiers: {affine_pca: {max_dimension: 7}}")
    printed = remote.run(ONE, config=[change], fails=True)
    assert "features/c/0/0/0/0 is missing" in printed
    remote.run("--forcerun", folder)
    remote.run()
    assert remote.digests() == digests_below(finished.folder)


@pytest.mark.storage
def test_a_killed_run_goes_on_where_it_was(fresh, finished, object_store, tmp_path):
    fresh(tmp_path / "killed")
    workflow = InObjectStore(tmp_path / "killed", object_store)
    workflow.run_until_killed(lambda: len(workflow.digests()) > 20)
    before = {entry.key: entry.last_modified for entry in workflow.bucket.objects.all()}
    workflow.run("--unlock")
    workflow.run()
    assert workflow.digests() == digests_below(finished.folder)
    after = {entry.key: entry.last_modified for entry in workflow.bucket.objects.all()}
    images = "runs/one/results/data/digits/images.json"
    assert after[images] == before[images]


@pytest.mark.storage
def test_a_workflow_that_shares_no_file_system_with_its_jobs_leaves_the_same(
    fresh, finished, object_store, tmp_path
):
    fresh(tmp_path / "unshared")
    workflow = InObjectStore(tmp_path / "unshared", object_store)
    workflow.run(ONE, "--shared-fs-usage", "none")
    found = workflow.digests()
    assert ONE in found
    assert found.items() <= digests_below(finished.folder).items()
