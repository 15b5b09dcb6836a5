"""Training under the constraint that no linear operator expands: ‖Ψ_k‖ ≤ bound.

It may be broken a little between the times at which the constraints are kept; at the end of a
phase it holds, to rounding in float32.
"""

from collections.abc import Iterator, Mapping

import torch

from scatterlab.cascades.blocks.subsampling import Subsampling
from scatterlab.cascades.norms.convolution import CONVOLUTIONS
from scatterlab.cascades.norms.shapes import input_shapes
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.training.constraints import METHODS, Constraint, Diagonal


class Contraction:
    """The constraints of all linear operators among the parameters that are `learned`.

    `spec` is a network's, whose ``contraction`` has the keys of
    `scatterlab.config.training.Contraction`, or is None: then nothing is done. `taken` counts the
    steps of a phase, and is set when an interrupted one goes on.
    """

    def __init__(
        self, network: StagedNetwork, learned: Mapping[str, torch.nn.Parameter], spec: Mapping
    ):
        asked = spec["contraction"]
        self.taken, self.every = 0, asked["every"] if asked else None
        moving = {id(parameter) for parameter in learned.values()}
        self.constraints = list(constraints(network, moving, asked)) if asked else []

    @torch.no_grad()
    def begin(self) -> None:
        """Before the first step of a phase."""
        for constraint in self.constraints:
            constraint.begin()

    @torch.no_grad()
    def after_step(self) -> None:
        """After each step of a phase."""
        self.taken += 1
        if self.constraints and self.taken % self.every == 0:
            for constraint in self.constraints:
                constraint.keep()

    @torch.no_grad()
    def finish(self) -> None:
        """After the last step of a phase."""
        for constraint in self.constraints:
            constraint.finish()


def constraints(network: StagedNetwork, moving: set[int], asked: Mapping) -> Iterator[Constraint]:
    """One for each module of `network` with weights that move."""
    state, weight = network.training, network.standardise.mean
    images = torch.zeros(1, *network.image_shape, dtype=weight.dtype, device=weight.device)
    shapes = input_shapes(network, images)
    network.train(state)
    for module in network.modules():
        own = {id(parameter) for parameter in module.parameters(recurse=False)}
        if not own & moving:
            continue
        if isinstance(module, (torch.nn.BatchNorm2d, Subsampling)):
            yield Diagonal(module, asked["bound"])
        elif isinstance(module, (torch.nn.Linear, *CONVOLUTIONS)):
            yield METHODS[asked["method"]](module, shapes[id(module)], asked)
