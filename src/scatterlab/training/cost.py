"""What networks cost: parameters, multiply-adds, and the time of a gradient step."""

import statistics
import time
from collections.abc import Mapping

import torch
from torch.utils.flop_counter import FlopCounterMode

from scatterlab.training.likelihood import negative_log_likelihood


def costs(
    networks: Mapping[str, torch.nn.Module],
    images: torch.Tensor,
    labels: torch.Tensor,
    rounds: int = 7,
) -> dict[str, dict]:
    """``parameters``, ``multiply_adds`` and ``milliseconds`` an image of each of `networks`.

    `images` (sample, channel, y, x), intensities, are one batch, `labels` int64 (sample,). The
    time is that of a pass forward and backward through the whole network in training; networks
    take turns, so that what else the machine does meets all of them, and the median of the
    `rounds` counts, after one that is left out.
    """
    times = {name: [] for name in networks}
    for network in networks.values():
        network.train()
    for number in range(rounds + 1):
        for name, network in networks.items():
            seconds = time_of_a_step(network, images, labels)
            if number > 0:
                times[name].append(seconds)
    return {
        name: {
            "parameters": sum(weights.numel() for weights in network.parameters()),
            "multiply_adds": multiply_adds(network, images[:1]),
            "milliseconds": 1000 * statistics.median(times[name]) / len(images),
        }
        for name, network in networks.items()
    }


def time_of_a_step(network: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Seconds that one pass of a batch takes, forward and backward."""
    begun = time.perf_counter()
    negative_log_likelihood(network(images), labels).backward()
    seconds = time.perf_counter() - begun
    network.zero_grad(set_to_none=True)
    return seconds


@torch.no_grad()
def multiply_adds(network: torch.nn.Module, image: torch.Tensor) -> int:
    """Products of the convolutions and matrices for one `image` (1, channel, y, x), forward.

    The fixed part of a hybrid, its scattering, works by Fourier transforms and is not counted.
    """
    network.eval()
    with FlopCounterMode(display=False) as counter:
        network(image)
    return counter.get_total_flops() // 2
