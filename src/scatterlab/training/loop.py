"""Train a network by maximum likelihood: seeded, resumable, the same weights every time.

The order of the images and their augmentation in an epoch are drawn from (seed, epoch), and the
learning rate depends on the step alone, so that the weights and velocities after an epoch are all
that the next one needs. Sums differ in their last bits between numbers of threads
(``OMP_NUM_THREADS``); with the same number, every run gives the same bytes.
"""

import math
import time
from collections.abc import Callable

import numpy as np
import torch

from scatterlab.cascades.intensities import to_intensities
from scatterlab.errors import ScatterlabError
from scatterlab.training.augment import translate
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.likelihood import negative_log_likelihood
from scatterlab.training.moments import moments
from scatterlab.training.momentum import Momentum, cosine


def train(
    network: torch.nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    spec: dict,
    checkpoints: Checkpoints,
    report: Callable[[str], None] = lambda line: None,
) -> list[dict]:
    """Train `network` in place; the history, one ``{"epoch", "loss", "accuracy"}`` an epoch.

    Parameters
    ----------
    network : maps images to logits; its ``standardise`` is fixed to the images' moments.
    images : (sample, channel, y, x), uint8 or float32 in [0, 1].
    labels : int64 of shape (sample,), from 0.
    spec : a network of `scatterlab.config.networks` as a mapping.
    checkpoints : where to go on from, and where to keep the state after each epoch.
    report : is given a line of progress after each epoch.

    Loss (nats) and accuracy are means over the epoch's images, each taken just before the step
    that learns from it. Raises `ScatterlabError` if the loss is no longer finite.
    """
    optimiser = Momentum(dict(network.named_parameters()), spec["momentum"], spec["weight_decay"])
    history = resume(network, optimiser, checkpoints)
    if not history:
        network.standardise.fix(*moments(images))
    begun, first = time.monotonic(), len(history)
    for epoch in range(first, spec["epochs"]):
        history.append(train_epoch(network, optimiser, images, labels, spec, epoch))
        checkpoints.save(state_of(network, optimiser), history)
        left = (time.monotonic() - begun) / (epoch + 1 - first) * (spec["epochs"] - epoch - 1)
        report(progress_line(history[-1], spec["epochs"], left))
    return history


def train_epoch(network, optimiser, images, labels, spec, epoch: int) -> dict:
    """One pass over the images, in an order of its own."""
    rng = np.random.default_rng((spec["seed"], epoch))
    order = torch.from_numpy(rng.permutation(len(images)))
    batches = order.split(spec["batch_size"])
    steps = spec["epochs"] * len(batches)
    loss_sum, right = 0.0, 0
    for number, batch in enumerate(batches):
        rate = cosine(spec["learning_rate"], epoch * len(batches) + number, steps)
        inputs = to_intensities(translate(images[batch], spec["augmentation"]["shift"], rng))
        logits = network(inputs)
        loss = negative_log_likelihood(logits, labels[batch])
        if not math.isfinite(loss.item()):
            raise ScatterlabError(
                f"the loss is {loss.item()} in epoch {epoch + 1}, step {number + 1}, at learning "
                f"rate {rate:.3g}: lower the network's `learning_rate` "
                f"({spec['learning_rate']:.3g}) or raise its `batch_size`"
            )
        loss.backward()
        optimiser.step(rate)
        loss_sum += loss.item() * len(batch)
        right += (logits.argmax(1) == labels[batch]).sum().item()
    count = len(images)
    return {"epoch": epoch + 1, "loss": loss_sum / count, "accuracy": right / count}


def state_of(network, optimiser: Momentum) -> dict[str, torch.Tensor]:
    """Weights and velocities by name, as a checkpoint keeps them."""
    return {
        **{f"network.{name}": tensor for name, tensor in network.state_dict().items()},
        **{f"velocity.{name}": tensor for name, tensor in optimiser.velocities.items()},
    }


def resume(network, optimiser: Momentum, checkpoints: Checkpoints) -> list[dict]:
    """Put the state of the last checkpoint, if there is one, in place; the history until then."""
    found = checkpoints.latest()
    if found is None:
        return []
    tensors, history = found
    for name, tensor in state_of(network, optimiser).items():
        tensor.copy_(tensors[name])
    return history


def progress_line(last: dict, epochs: int, seconds_left: float) -> str:
    return (
        f"epoch {last['epoch']}/{epochs}  loss {last['loss']:.4f}  "
        f"accuracy {last['accuracy']:.2%}  {seconds_left:.0f} s left"
    )
