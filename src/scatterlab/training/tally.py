"""Loss and accuracy of the steps of an epoch."""

import math
from collections.abc import Sequence

import torch

from scatterlab.errors import ScatterlabError


class Tally:
    """Keeps them on the device until they are looked at: each look waits for the device.

    They are copied into one tensor: a processor's memory would be cut into pieces by the small ones
    of every step, and the large ones would find no room in it.

    Parameters
    ----------
    spec, epoch : of the training.
    rates : the learning rate of each step of the epoch.
    device : where losses are.
    """

    def __init__(self, spec: dict, epoch: int, rates: Sequence[float], device: torch.device):
        self.spec, self.epoch, self.rates = spec, epoch, rates
        self.sizes: list[int] = []
        self._losses, self._right = torch.zeros(2, len(rates), device=device)
        self._loss_sum, self._right_sum, self._looked = 0.0, 0, 0

    def add(self, loss: torch.Tensor, right: torch.Tensor, size: int) -> None:
        """The next step's mean loss and number of right decisions, and its number of images."""
        self._losses[len(self.sizes)] = loss
        self._right[len(self.sizes)] = right
        self.sizes.append(size)

    @property
    def seen(self) -> int:
        """Images until now."""
        return sum(self.sizes)

    def look(self) -> tuple[float, float]:
        """Loss and accuracy, means over the images until now.

        Raises `ScatterlabError`, with the step and its learning rate, if a loss is not finite.
        """
        new = slice(self._looked, len(self.sizes))
        self._right_sum += int(self._right[new].sum())
        for loss in self._losses[new].tolist():
            if not math.isfinite(loss):
                self._refuse(loss)
            self._loss_sum += loss * self.sizes[self._looked]
            self._looked += 1
        return self._loss_sum / self.seen, self._right_sum / self.seen

    def _refuse(self, loss: float):
        raise ScatterlabError(
            f"the loss is {loss} in epoch {self.epoch + 1}, step {self._looked + 1}, at learning "
            f"rate {self.rates[self._looked]:.3g}: lower the network's `learning_rate` "
            f"({self.spec['learning_rate']:.3g}) or raise its `batch_size`; the checkpoint of the "
            "last epoch is kept"
        )
