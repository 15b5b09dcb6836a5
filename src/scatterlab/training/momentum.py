"""Stochastic gradient descent with momentum."""

from collections.abc import Mapping

import torch
from torch.optim.sgd import sgd


class Momentum:
    """v ← μ v + ∇E + γ w, then w ← w − η v (Polyak 1964), with weight decay γ on every weight.

    `velocities`, by the name of their parameter, are its whole state. All parameters move in one
    call of a fused kernel: for small networks the calls are what a step costs. (The class
    `torch.optim.SGD` does the same, and takes seconds to load its compiler.)
    """

    def __init__(
        self, parameters: Mapping[str, torch.nn.Parameter], momentum: float, weight_decay: float
    ):
        self.parameters, self.momentum, self.weight_decay = parameters, momentum, weight_decay
        self.velocities = {name: torch.zeros_like(w) for name, w in parameters.items()}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every parameter by its gradient at learning rate η = `rate`; drop the gradient."""
        sgd(
            list(self.parameters.values()),
            [parameter.grad for parameter in self.parameters.values()],
            list(self.velocities.values()),
            fused=True,
            weight_decay=self.weight_decay,
            momentum=self.momentum,
            lr=rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
        self.drop_gradients()

    def drop_gradients(self) -> None:
        for parameter in self.parameters.values():
            parameter.grad = None
