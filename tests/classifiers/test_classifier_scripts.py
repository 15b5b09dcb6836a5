import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import scatterlab
from scatterlab.classifiers.samples import load_features, open_verified
from scatterlab.classifiers.trained import load_classifier
from scatterlab.config.classifiers import SVM, AffinePCA
from scatterlab.errors import StoreError
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.writer import StoreWriter

SCRIPTS = Path(scatterlab.__file__).parents[1] / "scripts"
SAMPLES, TRAIN = 90, 60


@pytest.fixture
def shards(tmp_path):
    """Features of two shards; the label can be read off one pixel."""
    rng = np.random.default_rng(0)
    labels = np.arange(SAMPLES) % 3
    split = (np.arange(SAMPLES) >= TRAIN).astype(int)
    features = rng.random((SAMPLES, 2, 2, 2), dtype=np.float32)
    features.reshape(SAMPLES, -1)[np.arange(SAMPLES), labels] += 2
    made = []
    for number, part in enumerate([slice(0, 40), slice(40, SAMPLES)]):
        store = tmp_path / f"shard-{number}-of-2.zarr"
        columns = {"sample": np.arange(SAMPLES), "label": labels, "split": split}
        coords = {name: ("sample", column[part]) for name, column in columns.items()}
        attrs = {"class_names": ["a", "b", "c"], "split_names": ["train", "test"]}
        shape = features[part].shape
        dims = ("sample", "channel", "y", "x")
        with StoreWriter(store, "features", shape, dims, "float32", coords, attrs) as writer:
            writer.append(features[part])
        write_manifest(store, store.with_suffix(".json"))
        made.append(store)
    return made


def run(script, shards, *arguments):
    features = ("--features", shards[0].parent, "--shards", len(shards))
    command = [sys.executable, SCRIPTS / script, *features]
    return subprocess.run(
        [*map(str, command), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def train(shards, spec, model, *arguments):
    text = json.dumps(spec.model_dump(mode="json"))
    return run("train_classifier.py", shards, "--spec", text, "--model", model, *arguments)


def test_from_features_to_evaluation(shards, tmp_path):
    model, evaluation, predictions = (tmp_path / "out" / name for name in ("m", "e.json", "p.csv"))
    spec = AffinePCA(kind="affine_pca", steps=["normalise_paths"])
    trained = train(shards, spec, model, "--size", 30, "--draw", 2)
    assert trained.returncode == 0, trained.stderr
    names = ("--dataset", "d", "--representation", "r", "--classifier", "c", "--size", 30)
    files = ("--model", model, "--evaluation", evaluation, "--predictions", predictions)
    evaluated = run("evaluate_classifier.py", shards, *files, *names, "--draw", 2)
    assert evaluated.returncode == 0, evaluated.stderr
    result = json.loads(evaluation.read_text())
    rows = list(csv.DictReader(predictions.read_text().splitlines()))
    assert [int(row["sample"]) for row in rows] == list(range(TRAIN, SAMPLES))
    hits = np.mean([row["label"] == row["predicted"] for row in rows])
    assert result["accuracy"] == hits > 0.9
    assert (result["n_train"], result["n_test"], result["train_size"]) == (30, 30, 30)
    assert (result["dataset"], result["representation"], result["classifier"]) == ("d", "r", "c")
    assert "dimension" in result["parameters"]


def test_a_resampled_split_tests_what_it_does_not_train_on(shards, tmp_path):
    tested = []
    for draw in (0, 1):
        names = [tmp_path / f"{name}-{draw}" for name in ("model", "evaluation", "predictions")]
        protocol = ("--splits", "resampled", "--size", 25, "--draw", draw, "--seed", 3)
        trained = train(shards, AffinePCA(kind="affine_pca"), names[0], *protocol)
        assert trained.returncode == 0, trained.stderr
        assert "75 samples" in trained.stderr
        files = zip(("--model", "--evaluation", "--predictions"), names, strict=True)
        evaluated = run("evaluate_classifier.py", shards, *sum(files, ()), *protocol)
        assert evaluated.returncode == 0, evaluated.stderr
        result = json.loads(names[1].read_text())
        assert (result["train_size"], result["n_train"], result["n_test"]) == (25, 75, 15)
        assert [sum(row) for row in result["confusion"]] == [5, 5, 5]
        rows = csv.DictReader(names[2].read_text().splitlines())
        tested.append({int(row["sample"]) for row in rows})
    assert tested[0] != tested[1]
    assert min(map(min, tested)) < TRAIN <= max(map(max, tested))


def test_a_class_without_samples_left_to_test_is_named(shards, tmp_path):
    protocol = ("--splits", "resampled", "--size", 30)
    result = train(shards, AffinePCA(kind="affine_pca"), tmp_path / "model", *protocol)
    assert result.returncode == 1
    assert "train size 30 per class: class 'a' has too few samples: 30" in result.stderr
    assert "ask for 29 per class at most" in result.stderr


def test_a_transductive_step_is_given_the_test_features(shards, tmp_path):
    spec = AffinePCA(kind="affine_pca", steps=["standardise_transductive"])
    trained = train(shards, spec, tmp_path / "model")
    assert trained.returncode == 0, trained.stderr
    stores = open_verified(shards)
    everything = load_features(stores, np.arange(SAMPLES))
    (standardising,) = load_classifier(tmp_path / "model").maps
    np.testing.assert_allclose(standardising.offset, everything.mean(axis=0), rtol=1e-5)
    assert load_classifier(tmp_path / "model").parameters["transductive"]


def test_a_missing_chunk_is_found_before_training(shards, tmp_path):
    chunk = next((shards[1] / "features").rglob("0"))
    while chunk.is_dir():
        chunk = next(chunk.iterdir())
    chunk.unlink()
    model = tmp_path / "model"
    model.write_text("of before")
    result = train(shards, SVM(kind="svm"), model)
    assert result.returncode == 1
    assert str(chunk.relative_to(shards[1])) in result.stderr
    assert "Traceback" not in result.stderr
    assert model.read_text() == "of before"


def test_a_size_that_the_data_set_has_not(shards, tmp_path):
    result = train(shards, SVM(kind="svm"), tmp_path / "model", "--size", 61)
    assert result.returncode == 1
    assert "train size 61: the data set has 60 training samples" in result.stderr


def test_only_chosen_samples_are_read(shards):
    stores = open_verified(shards)
    everything = load_features(stores, np.arange(SAMPLES))
    chosen = np.array([0, 7, 39, 40, 59, 89])
    np.testing.assert_array_equal(load_features(stores, chosen), everything[chosen])


def test_features_that_are_not_finite_are_named(shards):
    stores = open_verified(shards)
    stores[1] = stores[1].load()
    stores[1]["features"][5] = np.nan
    with pytest.raises(StoreError, match="sample 45 are not finite"):
        load_features(stores, np.arange(TRAIN))


def test_more_features_than_memory_holds_are_refused_before_they_are_read(shards, monkeypatch):
    stores = open_verified(shards)
    monkeypatch.setattr("scatterlab.classifiers.samples.machine_memory", lambda: 4 * 8 * TRAIN - 1)
    load_features(stores, np.arange(TRAIN - 1))
    with pytest.raises(StoreError, match=r"60 samples take .* train on fewer"):
        load_features(stores, np.arange(TRAIN))


def test_every_store_needs_its_manifest(shards):
    shards[1].with_suffix(".json").unlink()
    with pytest.raises(StoreError, match=r"shard-1-of-2\.json: no such manifest"):
        open_verified(shards)


def test_evaluating_needs_neither_scikit_learn_nor_torch():
    code = (
        "import sys, runpy; sys.path.insert(0, sys.argv[1].rpartition('/')[0]);"
        "runpy.run_path(sys.argv[1], run_name='script');"
        "from scatterlab.classifiers import affine_spaces, linear_scores, support_vectors;"
        "print({'sklearn', 'torch', 'scipy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(SCRIPTS / "evaluate_classifier.py")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
