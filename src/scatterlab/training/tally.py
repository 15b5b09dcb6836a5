"""Loss and accuracy of the steps of an epoch."""

import math

import torch

from scatterlab.errors import ScatterlabError


class Tally:
    """Keeps them on the device until they are looked at: each look waits for the device."""

    def __init__(self, spec: dict, epoch: int):
        self.spec, self.epoch = spec, epoch
        self.sizes: list[int] = []
        self.rates: list[float] = []
        self._losses: list[torch.Tensor] = []
        self._right: list[torch.Tensor] = []
        self._loss_sum, self._right_sum, self._looked = 0.0, 0, 0

    def add(self, loss: torch.Tensor, right: torch.Tensor, size: int, rate: float) -> None:
        """A step's mean loss and number of right decisions, its images and its learning rate."""
        self._losses.append(loss)
        self._right.append(right)
        self.sizes.append(size)
        self.rates.append(rate)

    @property
    def seen(self) -> int:
        """Images until now."""
        return sum(self.sizes)

    def look(self) -> tuple[float, float]:
        """Loss and accuracy, means over the images until now.

        Raises `ScatterlabError`, with the step and its learning rate, if a loss is not finite.
        """
        if self._losses:
            self._right_sum += int(torch.stack(self._right).sum())
            for loss in torch.stack(self._losses).tolist():
                if not math.isfinite(loss):
                    self._refuse(loss)
                self._loss_sum += loss * self.sizes[self._looked]
                self._looked += 1
            self._losses, self._right = [], []
        return self._loss_sum / self.seen, self._right_sum / self.seen

    def _refuse(self, loss: float):
        raise ScatterlabError(
            f"the loss is {loss} in epoch {self.epoch + 1}, step {self._looked + 1}, at learning "
            f"rate {self.rates[self._looked]:.3g}: lower the network's `learning_rate` "
            f"({self.spec['learning_rate']:.3g}) or raise its `batch_size`; the checkpoint of the "
            "last epoch is kept"
        )
