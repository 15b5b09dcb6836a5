"""Train a network: seeded, resumable, the same weights every time.

What is drawn in an epoch (the order of the images, their augmentation) follows from (seed, epoch),
what the network itself draws (units that are dropped) from (seed, epoch, step), and the learning
rate from the step: weights, buffers and velocities after an epoch are all that the next one needs.
Sums differ in their last bits between numbers of threads (`torch.set_num_threads`) and between
devices; on one machine with the same number, every run gives the same bytes.

In memory are the images that `scatterlab.training.images` holds and the batches that are ready.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from scatterlab.cascades.staged import StagedNetwork
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.contraction import Contraction
from scatterlab.training.device import chosen_device, repeatable
from scatterlab.training.end_to_end import EndToEnd
from scatterlab.training.feed import Order, feed
from scatterlab.training.images import HeldImages, StoredImages
from scatterlab.training.layer_wise import LayerWise, layer_by_layer
from scatterlab.training.moments import moments
from scatterlab.training.momentum import Momentum
from scatterlab.training.progress import Progress
from scatterlab.training.registry import build_loss
from scatterlab.training.schedule import learning_rate
from scatterlab.training.state import network_state, put_back, state_of
from scatterlab.training.step import GradientStep
from scatterlab.training.tally import Tally

LOOK = 50
"""Steps after which losses are looked at."""


def train(
    network: StagedNetwork,
    images: torch.Tensor | HeldImages | StoredImages,
    targets: torch.Tensor,
    spec: dict,
    checkpoints: Checkpoints,
    report: Callable[[str], None] = lambda line: None,
    *,
    order: Order | None = None,
    device: torch.device | None = None,
) -> list[dict]:
    """Train `network` in place; the history, one ``{"epoch", "loss", "accuracy"}`` an epoch.

    Parameters
    ----------
    network : maps images to (sample, K); its ``standardise`` is fixed to the images' moments.
        It is left on the CPU, in the state in which it is used (`torch.nn.Module.eval`).
    images : (sample, channel, y, x), uint8 or float32 in [0, 1].
    targets : what each image is to give, first axis the sample: for most losses labels from 0,
        int64 of shape (sample,).
    spec : a network of `scatterlab.config.networks` as a mapping.
    checkpoints : where to go on from, and where to keep the state after each epoch.
    report : is given a line of progress after each epoch, and within long ones.
    order : of the images in an epoch; None: each once, at random.
    device : None: the GPU if there is one.

    Loss and accuracy are means over the epoch's images, each taken just before the step that
    learns from it; with ``layer_wise`` they are those of a layer's own classifier, and ``"layer"``
    says whose. Raises `ScatterlabError` if the loss is no longer finite (the last checkpoint
    stays) or if not even one image fits into the device's memory, and `ConfigError` if there are
    fewer epochs than layers to train in turn.
    """
    images = HeldImages(images) if isinstance(images, torch.Tensor) else images
    device = device or chosen_device()
    tensors, history = resumed(network, images, checkpoints)
    progress = Progress(report, spec["epochs"], images.shape[0], len(history))
    feeding = partial(feed, images, targets, spec, order=order or images.order, device=device)
    with repeatable(device):
        for phase in phases(network, spec):
            if len(history) < phase.last:
                contraction = Contraction(network, phase.learned(), spec)
                step = gradient_step(phase, spec, device, report)
                if phase.first < len(history):
                    put_back(tensors, phase, step.optimiser)
                else:
                    contraction.begin()
                keeping = (checkpoints, progress, contraction)
                train_phase(phase, step, feeding, spec, history, *keeping)
    network.to("cpu", memory_format=torch.contiguous_format).eval()
    return history


def resumed(network, images, checkpoints: Checkpoints) -> tuple[dict, list[dict]]:
    """The tensors and history of the last checkpoint, its weights in place; or a beginning."""
    found = checkpoints.latest()
    if found is None:
        network.standardise.fix(*moments(images))
        return {}, []
    tensors, history = found
    network.load_state_dict(network_state(tensors))
    return tensors, history


def phases(network, spec) -> list[EndToEnd] | list[LayerWise]:
    """What is trained one after the other."""
    if spec["layer_wise"]:
        return layer_by_layer(network, spec["epochs"], spec["seed"])
    return [EndToEnd(network, 0, spec["epochs"])]


def gradient_step(phase, spec, device: torch.device, report) -> GradientStep:
    """What takes the steps of a phase, which moves to `device`, in memory with channels last."""
    phase.to(device, memory_format=torch.channels_last).train()
    optimiser = Momentum(phase.learned(), spec["momentum"], spec["weight_decay"])
    outputs = torch.compile(phase) if spec["compile"] and device.type == "cuda" else phase
    return GradientStep(outputs, build_loss(spec), optimiser, device, spec["precision"], report)


def train_phase(
    phase, step: GradientStep, feeding, spec, history, checkpoints, progress, contraction
) -> None:
    """Train what is left of a phase; `history` grows by an entry an epoch."""
    per_epoch = -(-progress.images // spec["batch_size"])
    steps = (phase.last - phase.first) * per_epoch
    for epoch in range(len(history), phase.last):
        done = (epoch - phase.first) * per_epoch
        rates = [learning_rate(spec, done + n, steps, per_epoch) for n in range(per_epoch)]
        tally = Tally(spec, epoch, rates, step.device)
        contraction.taken = done
        train_epoch(step, feeding(epoch), tally, progress, contraction)
        loss, accuracy = tally.look()
        if epoch + 1 == phase.last:
            contraction.finish()
        history.append({"epoch": epoch + 1, "loss": loss, "accuracy": accuracy, **phase.about})
        checkpoints.save(state_of(phase, step.optimiser), history)
        progress.after(history[-1])


def train_epoch(
    step: GradientStep, batches, tally: Tally, progress: Progress, contraction: Contraction
) -> None:
    """One pass over the images."""
    seeds = network_seeds(tally.spec["seed"], tally.epoch, len(tally.rates))
    for (inputs, wanted), rate, seed in zip(batches, tally.rates, seeds, strict=True):
        tally.add(*step(inputs, wanted, rate, seed), len(inputs))
        contraction.after_step()
        if len(tally.sizes) % LOOK == 0 or progress.due():
            tally.look()
        if progress.due():
            progress.within(tally.epoch, tally.seen, *tally.look())


def network_seeds(seed: int, epoch: int, steps: int) -> list[int]:
    """For each step of an epoch the seed of what the network draws, apart from the feed's."""
    (apart,) = np.random.SeedSequence((seed, epoch)).spawn(1)
    return np.random.default_rng(apart).integers(2**63, size=steps).tolist()
