"""Networks that decide themselves, and what is asked of their variants."""

import json

import pytest

pytestmark = pytest.mark.workflow
OVERLAY = """
networks:
  tiny: {kind: convolutional, channels: [4], epochs: 1, batch_size: 30}
comparison:
  networks: [tiny]
  train_sizes: {digits: [60]}
  draws: 2
questions:
  pooling:
    title: Pooling
    dataset: digits
    base: tiny
    vary: {average: {pooling: average}, max: {pooling: max}}
    train_size: 60
"""


@pytest.fixture(scope="module")
def asked(finished, tmp_path_factory):
    """A finished run whose comparison has a network too, and one question, answered."""
    workflow = finished.copy(tmp_path_factory.mktemp("asked") / "copy")
    workflow.run(config=[workflow.write("asked.yaml", OVERLAY)])
    return workflow


def changed(asked, tmp_path, text):
    """The jobs that would run with another overlay on top."""
    workflow = asked.copy(tmp_path / "copy")
    overlays = [workflow.folder / "asked.yaml", workflow.write("more.yaml", text)]
    return workflow.planned(config=overlays)


def test_a_network_is_trained_and_tested_on_the_training_sets_of_the_classifiers(asked):
    results = asked.folder / "results"
    for draw in (0, 1):
        draw = f"train-60-draw-{draw}"
        history = json.loads((results / f"networks/digits/tiny/{draw}/history.json").read_text())
        folder = results / "classification/digits"
        decided, classified = (
            json.loads((folder / name / draw / "evaluation.json").read_text())
            for name in ("tiny/network", "pixels/affine_pca")
        )
        assert history["n_train"] == decided["n_train"] == classified["n_train"] == 60
        same = (("draw", "n_test", "class_names"), (decided, classified))
        assert len({json.dumps([one[key] for key in same[0]]) for one in same[1]}) == 1
    page = (results / "report/index.html").read_text()
    assert "tiny: a network that decides itself, trained on the same training sets." in page


def test_a_question_is_answered_in_numbers_a_figure_and_a_sentence(asked):
    results = asked.folder / "results"
    answer = json.loads((results / "questions/digits/pooling.json").read_text())
    assert [row["variant"] for row in answer["rows"]] == ["average", "max"]
    assert {row["parameters"] for row in answer["rows"]} == {4 * 9 + 2 * 4 + 4 * 10 + 10}
    assert "<svg" in (results / "questions/digits/pooling.svg").read_text()
    assert answer["sentence"] in (results / "report/index.html").read_text()


def test_with_nothing_changed_nothing_is_done(asked):
    assert "Nothing to be done" in asked.run("-n", config=[asked.folder / "asked.yaml"])


def test_one_more_variant_trains_no_other(asked, tmp_path):
    more = "questions: {pooling: {vary: {strided: {pooling: strided}}}}"
    jobs = changed(asked, tmp_path, more)
    assert {"train_on_subset", "evaluate_network", "answer_question"} <= set(jobs)
    assert not {"train_classifier", "plot_errors", "compute_features"} & set(jobs)


def test_a_question_that_is_not_there_is_named(asked):
    target = "results/questions/digits/poling.json"
    printed = asked.run("-n", target, config=[asked.folder / "asked.yaml"], fails=True)
    assert "'poling' is not one of `questions`; did you mean 'pooling'?" in printed
