"""Training: it learns, it repeats itself, it goes on where it was."""

import numpy as np
import pytest
import torch

from scatterlab.cascades.lenet import LeNet5
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import networks
from scatterlab.errors import ScatterlabError
from scatterlab.stores.reader import open_store
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.images import StoredImages, stored_images
from scatterlab.training.loop import train

KEY = "c" * 64


def specification(shift=1, section=networks.LeNet5, kind="lenet5", **values):
    values = {"kind": kind, "epochs": 4, "batch_size": 32, **values}
    values.setdefault("augmentation", {"shift": shift})
    return section(**values).model_dump(mode="json")


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


class Dropping(StagedNetwork):
    """A convolution, batch normalisation and dropout."""

    def __init__(self, seed):
        super().__init__((1, 32, 32), 8)
        torch.manual_seed(seed)
        self.convolution = torch.nn.Conv2d(1, 6, 7, stride=4)
        self.norm = torch.nn.BatchNorm2d(6)
        self.rho = torch.nn.ReLU()
        self.drop = torch.nn.Dropout(0.5)
        self.output = torch.nn.Conv2d(6, 2, 1)
        self.has_stages(
            {"hidden": (6, "convolution", "norm", "rho"), "output": (2, "drop", "output")}
        )


LIKE_DROPPING = {"section": networks.Convolutional, "kind": "convolutional", "channels": [6]}
INTERRUPTED = {
    "end to end": {},
    "layer-wise": {"layer_wise": True},
    "spectral": {"contraction": {"method": "spectral", "every": 3}, "layer_wise": True},
    "parseval": {"contraction": {"method": "parseval"}},
    "simplex": {
        "loss": "simplex",
        "schedule": "steps",
        "warmup": 1,
        "augmentation": {"shift": 1, "edge": "zero", "flip": True, "deform": 1},
    },
}


def test_two_threads_repeat_themselves_too(tmp_path, data):
    torch.set_num_threads(2)
    values = {"epochs": 2, "augmentation": {"shift": 1, "deform": 1}}
    assert same(run(tmp_path / "1", data, **values)[0], run(tmp_path / "2", data, **values)[0])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("values", [{}, {"precision": "bfloat16"}, {"compile": True}])
def test_on_a_gpu_it_learns_and_repeats_itself(tmp_path, data, values):
    first, history = run(tmp_path / "1", data, **values)
    again, history_again = run(tmp_path / "2", data, **values)
    assert history[-1]["accuracy"] > 0.9
    assert same(first, again)
    assert history == history_again


@pytest.mark.parametrize("stop", [1, 2, 3])
@pytest.mark.parametrize("values", INTERRUPTED.values(), ids=INTERRUPTED)
def test_an_interrupted_training_ends_where_it_would_have(tmp_path, data, stop, values):
    def run(folder, report=lambda line: None):
        spec = specification(**LIKE_DROPPING, **values)
        network = Dropping(spec["seed"])
        history = train(network, *data, spec, Checkpoints(folder, KEY), report)
        return network.state_dict(), history

    def interrupt(line):
        if line.startswith(f"epoch {stop}/"):
            raise KeyboardInterrupt

    undisturbed, history = run(tmp_path / "1")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "2", interrupt)
    lines = []
    resumed, resumed_history = run(tmp_path / "2", lines.append)
    assert len(lines) == 4 - stop
    assert same(undisturbed, resumed)
    assert resumed_history == history


def test_layers_are_trained_in_turn(tmp_path, data):
    weights, history = run(tmp_path, data, layer_wise=True, epochs=22)
    turns = [(layer, 3 + (layer == "C1")) for layer in LeNet5().layers]
    expected = [layer for layer, epochs in turns for _ in range(epochs)]
    assert [epoch["layer"] for epoch in history] == expected
    assert history[-1]["accuracy"] > 0.9
    assert weights.keys() == LeNet5(classes=2).state_dict().keys()


def test_the_simplex_loss_learns_to_decide_by_the_largest_output(tmp_path, data):
    spec = specification(loss="simplex")
    network = LeNet5(classes=2)
    history = train(network, *data, spec, Checkpoints(tmp_path, KEY))
    assert history[-1]["loss"] < history[0]["loss"] / 2
    decided = network(data[0].float() / 255).argmax(dim=1)
    assert (decided == data[1]).float().mean() > 0.95


def test_the_order_may_be_given(tmp_path, data):
    """Only the first ten images, again and again: the others' labels are never learned."""
    images, labels = data
    orders = []

    def order(rng):
        orders.append(rng.integers(0, 10, len(images)))
        return orders[-1]

    spec = specification(epochs=2)
    wrong = torch.where(torch.arange(len(labels)) < 10, labels, 1 - labels)
    network = LeNet5(classes=2)
    train(network, images, wrong, spec, Checkpoints(tmp_path, KEY), order=order)
    assert len(orders) == 2
    assert not (orders[0] == orders[1]).all()
    assert (network(images.float() / 255).argmax(1) == labels).float().mean() > 0.9


def test_stored_images_train_as_held_ones_in_the_same_order(tmp_path, data, write_images):
    store = open_store(write_images(tmp_path / "images.zarr")[0])
    samples = np.arange(60)
    labels = torch.from_numpy(store["label"].values[:60])
    found = []
    for name, images in {
        "held": stored_images(store["images"], samples),
        "read": StoredImages(store["images"], samples, window_bytes=20_000),
    }.items():
        network = LeNet5(classes=2)
        checkpoints = Checkpoints(tmp_path / name, KEY)
        spec = specification(epochs=2)
        train(network, images, labels, spec, checkpoints, order=lambda rng: rng.permutation(60))
        found.append(network.state_dict())
    assert same(*found)


def test_the_callers_random_state_is_left_alone(tmp_path, data):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    run(tmp_path, data, epochs=1)
    assert torch.rand(1) == expected


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


def test_a_diverging_loss_leaves_the_checkpoint_before_it(tmp_path, data):
    """The rate rises over a thousand epochs; the checkpoint left holds finite weights."""
    with pytest.raises(ScatterlabError, match="the checkpoint of the last epoch is kept"):
        run(tmp_path, data, learning_rate=1e9, warmup=1000, epochs=1000, momentum=0.99)
    tensors, history = Checkpoints(tmp_path, KEY).latest()
    assert len(history) > 0
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values())
