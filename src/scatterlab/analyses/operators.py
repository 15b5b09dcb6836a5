"""The linear operators of a network, those that hold nearly all of its weights."""

from collections.abc import Iterator

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor

BATCH = 250


def linear_operators(network: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """Convolutions and full layers of `network` by name, first to last; grouped ones left out."""
    kinds = (ConvolutionTensor, torch.nn.Conv2d, torch.nn.Linear)
    return {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, kinds) and getattr(module, "groups", 1) == 1
    }


def compressed(network: torch.nn.Module) -> list[str]:
    """The names of the operators that are compressed together: all but the last.

    The last has a row for each class, few weights, and next to no redundancy.
    """
    return list(linear_operators(network))[:-1]


def weights_of(operators: dict[str, torch.nn.Module]) -> int:
    """How many weights they have, biases left out."""
    return sum(operator.weight.numel() for operator in operators.values())


@torch.inference_mode()
def accuracy(network: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of `images` (sample, channel, y, x) whose largest logit is that of their label."""
    right = sum(
        int((network(batch).argmax(1) == labels[start : start + len(batch)]).sum())
        for start, batch in batches(images)
    )
    return right / len(images)


def batches(images: torch.Tensor) -> Iterator[tuple[int, torch.Tensor]]:
    """Runs of `BATCH` images, each with the number of its first."""
    return zip(range(0, len(images), BATCH), images.split(BATCH), strict=True)
