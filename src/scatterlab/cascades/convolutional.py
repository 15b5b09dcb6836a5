"""A network of blocks in which each idea is a choice: kernels, ρ, normalisation, pooling, skip."""

from collections.abc import Mapping

import torch

from scatterlab.cascades.blocks.highway import HighwayGate
from scatterlab.cascades.blocks.kernel_cascade import kernel_cascade
from scatterlab.cascades.blocks.nonlinearity import GAINS, nonlinearity
from scatterlab.cascades.blocks.normalisation import normalisation
from scatterlab.cascades.blocks.pooling import pooling
from scatterlab.cascades.blocks.shortcut import shortcut
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes


class Block(torch.nn.Module):
    """F = normalised convolutions with ρ between, then ρ, and what the skip makes of it.

    ==========  ===========================================================
    skip        maps
    ==========  ===========================================================
    none        ρ(F(x))
    residual    ρ(F(x) + s(x)), He et al. 2016
    highway     ρ(F(x))·T + s(x)·(1 − T), Srivastava et al. 2015
    ==========  ===========================================================

    The shortcut s is the identity, with channels of zeros where there become more (a projection
    where there become fewer). `kernel: 5, cascade: small, skip: residual` is the basic block of
    residual networks. `spec` has the keys of `scatterlab.config.networks.Convolutional`.
    """

    def __init__(self, inputs: int, outputs: int, spec: Mapping):
        super().__init__()
        normalised, rho = spec["normalisation"], (spec["rho"], spec["threshold"])
        parts = []
        for convolution in kernel_cascade(
            inputs, outputs, spec["kernel"], spec["cascade"], bias=normalised != "batch"
        ):
            parts += [convolution, normalisation(normalised, outputs), nonlinearity(*rho)]
        *parts, self.rho = parts
        self.transform = torch.nn.Sequential(*parts)
        self.skip = spec["skip"]
        if self.skip != "none":
            self.shortcut = shortcut(inputs, outputs)
        if self.skip == "highway":
            self.highway = HighwayGate(inputs, outputs, spec["kernel"], spec["gate_bias"])

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, input, y, x) → (sample, output, y, x)."""
        transformed = self.transform(maps)
        if self.skip == "residual":
            return self.rho(transformed + self.shortcut(maps))
        if self.skip == "highway":
            return self.highway(maps, self.rho(transformed), self.shortcut(maps))
        return self.rho(transformed)


class ConvolutionalNetwork(StagedNetwork):
    """Stages of `Block`, pooling by 2 after each, then a map for each class, which is averaged.

    Layers are ``stage1_block1``, …, ``pool1``, ``stage2_block1``, …, ``output``.

    Parameters
    ----------
    image_shape : (channel, y, x); each side at least 2 to the number of stages, else `InputError`.
    classes : number of maps of ``output``.
    spec : a mapping with the keys of `scatterlab.config.networks.Convolutional`.
    """

    name = "convolutional network"

    def __init__(self, image_shape, classes: int, spec: Mapping):
        super().__init__(image_shape, image_sizes.convolutional(len(spec["channels"])))
        self.has_stages(self.add_stages(image_shape[0], classes, spec))
        draw_weights(self, spec["seed"], GAINS[spec["rho"]])

    def add_stages(self, inputs: int, classes: int, spec: Mapping) -> dict:
        """Make the modules for maps of `inputs` channels; the layers, as `has_stages` has them."""
        stages = {}
        for stage, channels in enumerate(spec["channels"], start=1):
            for block in range(1, spec["blocks"] + 1):
                name = f"stage{stage}_block{block}"
                self.add_module(name, Block(inputs, channels, spec))
                stages[name] = (channels, name)
                inputs = channels
            self.add_module(f"pool{stage}", pooling(spec["pooling"], channels))
            stages[f"pool{stage}"] = (channels, f"pool{stage}")
        self.dropout = torch.nn.Dropout(spec["dropout"])
        self.output = torch.nn.Conv2d(inputs, classes, 1)
        return stages | {"output": (classes, "dropout", "output")}


def network_from_config(spec, image_shape, classes) -> ConvolutionalNetwork:
    """See `scatterlab.cascades.registry`."""
    return ConvolutionalNetwork(image_shape, classes, spec)
