"""LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998, §II.B)."""

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.blocks.scaled_tanh import ScaledTanh
from scatterlab.cascades.blocks.standardisation import Standardisation
from scatterlab.cascades.blocks.subsampling import Subsampling
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes

C3_TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)
"""The channels of S2 that each of the 16 channels of C3 sees: table I of the paper."""


class LeNet5(StagedNetwork):
    """Two convolutions and subsamplings, then a convolution that sees all, then two full layers.

    =======  ============================================  ===========  ==========
    layer    operator                                      of 32×32     parameters
    =======  ============================================  ===========  ==========
    C1       convolution tensor, 5×5                       6 × 28×28           156
    S2       subsampling, 2×2                              6 × 14×14            12
    C3       convolution tensor, 5×5, connection table     16 × 10×10         1516
    S4       subsampling, 2×2                              16 × 5×5             32
    C5       convolution tensor, 5×5                       120 × 1×1         48120
    F6       convolution tensor, 1×1                       84 × 1×1          10164
    output   convolution tensor, 1×1                       K × 1×1       84·K + K
    =======  ============================================  ===========  ==========

    Every layer but the last ends in ρ(x) = 1.7159·tanh(2x/3). The original's output, radial basis
    functions around fixed drawings of the ten digits, is replaced by K linear maps for a softmax.
    On a colour image C1 sees all colours (456 parameters for three). On images larger than 32×32
    the last layers keep some extent, with the same parameters, and the softmax is taken of the
    spatial average of the last K maps. Images are standardised by the mean and the variance of
    the training images, which belong to the weights.

    Parameters
    ----------
    image_shape : (channel, y, x), at least 32×32 pixels with the padding; else `InputError`.
    classes : K.
    seed : of the first weights.
    padding : zeros on each side of the images.
    """

    name = "LeNet-5"

    def __init__(self, image_shape=(1, 32, 32), classes: int = 10, seed: int = 0, padding: int = 0):
        super().__init__(image_shape, image_sizes.lenet5(padding))
        self.standardise = Standardisation(self.image_shape[0], padding)
        draw = torch.Generator().manual_seed(seed)
        self.C1 = ConvolutionTensor(self.image_shape[0], 6, 5, generator=draw)
        self.S2 = Subsampling(6)
        self.C3 = ConvolutionTensor(6, 16, 5, C3_TABLE, generator=draw)
        self.S4 = Subsampling(16)
        self.C5 = ConvolutionTensor(16, 120, 5, generator=draw)
        self.F6 = ConvolutionTensor(120, 84, 1, generator=draw)
        self.output = ConvolutionTensor(84, classes, 1, generator=draw)
        self.rho = ScaledTanh()
        squashed = {"C1": 6, "S2": 6, "C3": 16, "S4": 16, "C5": 120, "F6": 84}
        self.has_stages(
            {layer: (channels, layer, "rho") for layer, channels in squashed.items()}
            | {"output": (classes, "output")}
        )


def network_from_config(spec, image_shape, classes) -> LeNet5:
    """See `scatterlab.cascades.registry`."""
    return LeNet5(image_shape, classes, spec["seed"], spec.get("padding", 0))
