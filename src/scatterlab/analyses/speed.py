"""The measured time of a network whose operators are of low rank, beside the whole network's.

Each operator is really run as two (`scatterlab.cascades.blocks.low_rank`). What this measures is
the machine's as much as the network's: it differs from run to run.
"""

import statistics
import time

import torch
import xarray as xr

from scatterlab.analyses.operators import compressed, linear_operators
from scatterlab.analyses.redundancy import with_low_rank


def speed(
    network: torch.nn.Module, images: torch.Tensor, shares: list[float], rounds: int
) -> xr.Dataset:
    """How many times faster `network` is when of each operator but the last a share is left.

    `shares` are of its rank. ``faster`` (share), the whole network's time over the factored
    one's, on one batch of `images` (sample, channel, y, x) and as many threads as torch uses.
    ``fewer`` (share), the same of multiplications, which says what could be gained at best.
    Attributes: ``seconds`` of an image with the whole network, ``images``, ``threads``. The
    networks take turns in each of `rounds`, and medians are compared, so that other work on the
    machine slows all of them alike.
    """
    names = compressed(network)
    factored = [with_low_rank(network, dict.fromkeys(names, share)) for share in shares]
    times = [[] for _ in range(len(shares) + 1)]
    for number in range(rounds + 1):
        for one, seconds in zip([network, *factored], times, strict=True):
            taken = time_of(one, images)
            if number:  # the first round warms up
                seconds.append(taken)
    whole, *others = map(statistics.median, times)
    products = multiplications(network, images[:1])
    return xr.Dataset(
        {
            "faster": ("share", [whole / other for other in others]),
            "fewer": ("share", [products / multiplications(one, images[:1]) for one in factored]),
        },
        coords={"share": list(shares)},
        attrs={
            "seconds": whole / len(images),
            "images": len(images),
            "threads": torch.get_num_threads(),
        },
    )


@torch.inference_mode()
def time_of(network: torch.nn.Module, images: torch.Tensor) -> float:
    begun = time.perf_counter()
    network(images)
    return time.perf_counter() - begun


@torch.inference_mode()
def multiplications(network: torch.nn.Module, images: torch.Tensor) -> int:
    """Of the linear operators for `images`; a kernel multiplies all channels, as it is run."""
    total = 0

    def count(operator, inputs, output):
        nonlocal total
        kernel = operator.weight.shape[-2:].numel() if output.ndim == 4 else 1
        total += output.numel() * inputs[0].shape[1] * kernel

    hooks = [
        operator.register_forward_hook(count) for operator in linear_operators(network).values()
    ]
    try:
        network(images)
    finally:
        for hook in hooks:
            hook.remove()
    return total
