"""Cascades of small kernels in place of a large one."""

from collections.abc import Sequence

import torch

SIZES = {
    "single": lambda size: [(size, size)],
    "small": lambda size: [(3, 3)] * (size // 2),
    "separable": lambda size: [(1, 3), (3, 1)] * (size // 2),
}


def kernel_cascade(
    inputs: int, outputs: int, size: int, kind: str = "single", bias: bool = True
) -> list[torch.nn.Conv2d]:
    """Convolutions that together see `size`×`size` pixels, and keep the extent of the maps.

    `size` is odd. ``single`` is one kernel, ``small`` (size − 1)/2 of 3×3, ``separable`` as many
    pairs of 1×3 and 3×1 (a kernel of 1×1 is always single). The first takes `inputs` channels to
    `outputs`, the others go between `outputs`: of C channels, 5×5 has 25 C² weights, or 18 C² as
    two of 3×3, 12 C² as two pairs. Outside the image, maps are zero.
    """
    sizes = SIZES[kind](size) or [(1, 1)]
    channels = [inputs] + [outputs] * len(sizes)
    return [
        torch.nn.Conv2d(channels[number], outputs, small, padding="same", bias=bias)
        for number, small in enumerate(sizes)
    ]


def composed_kernel(convolutions: Sequence[torch.nn.Conv2d]) -> torch.Tensor:
    """The one kernel that a cascade is without non-linearities between, (λ', λ, y, x).

    It has the orientation of ``Conv2d.weight``. The two differ only where the larger kernel
    reaches beyond the image.
    """
    composed, *others = (convolution.weight for convolution in convolutions)
    for weight in others:
        reach = (weight.shape[2] - 1, weight.shape[3] - 1)
        composed = torch.nn.functional.conv2d(
            composed.transpose(0, 1), weight.flip(-2, -1), padding=reach
        ).transpose(0, 1)
    return composed
