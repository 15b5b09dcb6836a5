"""Networks of full layers: each unit sees every unit before it."""

from collections.abc import Mapping

import torch

from scatterlab.cascades.blocks.nonlinearity import GAINS, nonlinearity
from scatterlab.cascades.initialisation import draw_weights
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.config import image_sizes


class FullyConnectedNetwork(StagedNetwork):
    """Hidden layers ``fc1``, ``fc2``, … of units ρ(⟨w, x⟩ + b), then a linear ``output``.

    Without hidden layers it is a linear classifier of the pixels. FC100-100-10 of Szegedy et al.
    2014 has ``widths: [100, 100]`` and the sigmoid.

    Parameters
    ----------
    image_shape : (channel, y, x).
    classes : number of units of ``output``.
    spec : a mapping with the keys of `scatterlab.config.networks.FullyConnected`.
    """

    name = "fully connected network"

    def __init__(self, image_shape, classes: int, spec: Mapping):
        super().__init__(image_shape, image_sizes.FULLY_CONNECTED)
        self.flatten = torch.nn.Flatten()
        self.rho = nonlinearity(spec["rho"])
        stages, inputs = {}, torch.Size(self.image_shape).numel()
        for number, width in enumerate(spec["widths"], start=1):
            name = f"fc{number}"
            self.add_module(name, torch.nn.Linear(inputs, width))
            stages[name] = (width, name, "rho")
            inputs = width
        self.output = torch.nn.Linear(inputs, classes)
        stages["output"] = (classes, "output")
        first = next(iter(stages))
        width, *modules = stages[first]
        self.has_stages({**stages, first: (width, "flatten", *modules)})
        draw_weights(self, spec["seed"], GAINS[spec["rho"]] if spec["widths"] else 1.0)


def network_from_config(spec, image_shape, classes) -> FullyConnectedNetwork:
    """See `scatterlab.cascades.registry`."""
    return FullyConnectedNetwork(image_shape, classes, spec)
