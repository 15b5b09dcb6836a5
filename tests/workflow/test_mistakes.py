"""Mistakes: a clear message, a non-zero exit, and earlier results stay whole."""

import pytest

pytestmark = pytest.mark.workflow
RESULT = "results/classification/{}/{}/{}/train-all-draw-0/evaluation.json"


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("datasetz: {}", "datasetz: unknown key; did you mean 'datasets'?"),
        ("comparison: {datasets: [digitz]}", "did you mean 'digits'?"),
        ("representations: {scattering1: {Jay: 3}}", "scattering1.Jay: unknown key"),
    ],
)
def test_a_wrong_key_is_named(workflow, overlay, message):
    change = workflow.write("c.yaml", overlay)
    printed = workflow.run("-n", config=[change], fails=True)
    assert message in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (RESULT.format("digitz", "pixels", "affine_pca"), "'digitz' is not one of `datasets`"),
        (RESULT.format("digits", "pixel", "affine_pca"), "did you mean 'pixels'?"),
        (RESULT.format("digits", "pixels", "svn"), "did you mean 'svm'?"),
        ("results/archives/mnist/nothing.gz", "no data set has an archive 'mnist/nothing.gz'"),
    ],
)
def test_an_unknown_name_in_a_target_is_named(workflow, target, message):
    printed = workflow.run("-n", target, fails=True)
    assert message in printed


def test_J_too_large_for_the_image_is_named_and_earlier_features_stay(workflow):
    change = workflow.write("c.yaml", "representations: {scattering2: {J: 6}}")
    target = "results/features/digits/scattering2/shard-0-of-1.json"
    printed = workflow.run(target, config=[change], fails=True)
    assert "J=6 is too large: 2^J = 64 exceeds the smaller side of a 16×16 image" in printed
    assert "Traceback" not in printed
    assert "Nothing to be done" in workflow.run("-n")


def test_a_missing_chunk_is_found_before_training_uses_it(workflow):
    store = workflow.folder / "results/features/digits/pixels/shard-0-of-1.zarr"
    (store / "features/c/0/0/0/0").unlink()
    target = RESULT.format("digits", "pixels", "softmax")
    printed = workflow.run(target, fails=True)
    assert "features/c/0/0/0/0 is missing" in printed
    assert not (workflow.folder / target).exists()
    assert (workflow.folder / RESULT.format("digits", "pixels", "affine_pca")).exists()


def test_a_folder_that_is_not_there_is_named(workflow):
    change = workflow.write("c.yaml", "datasets: {mine: {format: folder, path: /no/where}}")
    target = RESULT.format("mine", "pixels", "affine_pca")
    printed = workflow.run("-n", target, config=[change], fails=True)
    assert "datasets.mine.path: /no/where: no such folder" in printed


def test_an_archive_that_cannot_be_had_is_named_with_the_remedy(workflow, tmp_path):
    (tmp_path / "mirror").mkdir()
    change = workflow.write("c.yaml", f"mirror: {tmp_path / 'mirror'}")
    (tmp_path / "mirror" / "cifar10_5k").mkdir()
    (tmp_path / "mirror" / "cifar10_5k" / "cifar-10-5k-binary.tar.gz").write_bytes(b"wrong")
    target = "results/archives/cifar10_5k/cifar-10-5k-binary.tar.gz"
    printed = workflow.run(target, config=[change], fails=True)
    assert "d5be142f8305b18a885e8b3b3604ce95e308f8a0ddf6eeaffe3f7d6ac00bda2d" in printed
    assert not (workflow.folder / target).exists()
