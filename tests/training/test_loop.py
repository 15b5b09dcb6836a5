"""Training: it learns, it repeats itself, it goes on where it was."""

import pytest
import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.config.networks import LeNet5 as Specification
from scatterlab.errors import ScatterlabError
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.loop import train

KEY = "c" * 64


def specification(shift=1, **values):
    values = {"kind": "lenet5", "epochs": 4, "batch_size": 32, **values}
    values["augmentation"] = {"shift": shift}
    return Specification(**values).model_dump(mode="json")


@pytest.fixture(scope="module")
def data():
    """Two classes: a bright half at the top or at the bottom, in noise."""
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 100, (100, 1, 32, 32), generator=draw)
    labels = torch.randint(0, 2, (100,), generator=draw)
    images[labels == 0, :, :16] += 60
    images[labels == 1, :, 16:] += 60
    return images.to(torch.uint8), labels


def run(folder, data, report=lambda line: None, **values):
    spec = specification(**values)
    network = LeNet5(classes=2, seed=spec["seed"])
    history = train(network, *data, spec, Checkpoints(folder, KEY), report)
    return network.state_dict(), history


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[n], second[n]) for n in first)


def test_it_learns_two_classes(tmp_path, data):
    _, history = run(tmp_path, data)
    assert [epoch["epoch"] for epoch in history] == [1, 2, 3, 4]
    assert history[-1]["loss"] < history[0]["loss"] / 5
    assert history[-1]["accuracy"] == 1


def test_the_first_epoch_at_a_small_rate_costs_what_chance_costs(tmp_path, data):
    _, history = run(tmp_path, data, epochs=1, learning_rate=1e-9, shift=0)
    logits = LeNet5(classes=2)  # the same first weights, standardised as the training does
    images = data[0].float() / 255
    logits.standardise.fix(images.mean()[None], images.std(correction=0)[None])
    expected = torch.nn.functional.cross_entropy(logits(images), data[1]).item()
    assert history[0]["loss"] == pytest.approx(expected, rel=1e-4)


def test_images_are_standardised_by_their_own_moments(tmp_path, data):
    weights, _ = run(tmp_path, data, epochs=1)
    images = data[0].double() / 255
    assert weights["standardise.mean"].item() == pytest.approx(images.mean().item(), abs=1e-6)
    assert weights["standardise.std"].item() == pytest.approx(images.std().item(), rel=1e-4)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(tmp_path, data):
    first, history = run(tmp_path / "1", data, epochs=2)
    again, history_again = run(tmp_path / "2", data, epochs=2)
    other, _ = run(tmp_path / "3", data, epochs=2, seed=1)
    assert same(first, again)
    assert history == history_again
    assert not same(first, other)


@pytest.mark.parametrize("stop", [1, 3])
def test_an_interrupted_training_ends_where_it_would_have(tmp_path, data, stop):
    def interrupt(line):
        if line.startswith(f"epoch {stop}/"):
            raise KeyboardInterrupt

    undisturbed, history = run(tmp_path / "1", data)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "2", data, interrupt)
    lines = []
    resumed, resumed_history = run(tmp_path / "2", data, lines.append)
    assert len(lines) == 4 - stop
    assert same(undisturbed, resumed)
    assert resumed_history == history


def test_float_images_train_as_their_uint8_values_do(tmp_path, data):
    images, labels = data
    stored, _ = run(tmp_path / "1", data, epochs=1)
    floats, _ = run(tmp_path / "2", (images.float() / 255, labels), epochs=1)
    assert same(stored, floats)


def test_progress_says_loss_accuracy_and_time_left(tmp_path, data):
    lines = []
    run(tmp_path, data, lines.append, epochs=1)
    assert lines[0].startswith("epoch 1/1  loss ")
    assert "accuracy" in lines[0]
    assert lines[0].endswith("0 s left")


def test_a_diverging_loss_stops_with_the_rate_to_lower(tmp_path, data):
    message = r"loss is (nan|inf) in epoch \d, step \d+, at learning rate .*lower"
    with pytest.raises(ScatterlabError, match=message):
        run(tmp_path, data, learning_rate=1e30)
