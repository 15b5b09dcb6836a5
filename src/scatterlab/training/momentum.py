"""Stochastic gradient descent with momentum, and the schedule of its rate."""

import math
from collections.abc import Mapping

import torch


class Momentum:
    """v ← μ v + ∇E + γ w, then w ← w − η v (Polyak 1964), with weight decay γ on every weight.

    `velocities`, by the name of their parameter, are its whole state.
    """

    def __init__(
        self, parameters: Mapping[str, torch.nn.Parameter], momentum: float, weight_decay: float
    ):
        self.parameters, self.momentum, self.weight_decay = parameters, momentum, weight_decay
        self.velocities = {name: torch.zeros_like(w) for name, w in parameters.items()}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every parameter by its gradient at learning rate η = `rate`; drop the gradient."""
        for name, parameter in self.parameters.items():
            velocity = self.velocities[name].mul_(self.momentum)
            velocity.add_(parameter.grad).add_(parameter, alpha=self.weight_decay)
            parameter.sub_(velocity, alpha=rate)
            parameter.grad = None


def cosine(rate: float, step: int, steps: int) -> float:
    """The learning rate of one of `steps` steps: half a cosine from `rate` down towards 0.

    Loshchilov & Hutter 2017, eq. 5, without restarts.
    """
    return rate * (1 + math.cos(math.pi * step / steps)) / 2
