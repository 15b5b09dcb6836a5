"""What a training says while it goes on."""

import time
from collections.abc import Callable

SECONDS = 30.0
"""Between lines within an epoch."""


class Progress:
    """Lines with loss, accuracy, images per second and the time left.

    Parameters
    ----------
    report : is given each line.
    epochs, images : in all, and in each epoch.
    done : epochs that an earlier run has finished.
    clock : the time in seconds.
    """

    def __init__(
        self,
        report: Callable[[str], None],
        epochs: int,
        images: int,
        done: int,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.report, self.epochs, self.images, self.clock = report, epochs, images, clock
        self.start = done * images
        self.begun = self.said = clock()

    def due(self) -> bool:
        """Whether the last line is `SECONDS` old."""
        return self.clock() - self.said >= SECONDS

    def within(self, epoch: int, seen: int, loss: float, accuracy: float) -> None:
        """Say how epoch number `epoch`, from 0, stands after `seen` images."""
        where = f"epoch {epoch + 1}/{self.epochs} at {seen / self.images:.0%}"
        self._say(where, epoch * self.images + seen, loss, accuracy)

    def after(self, last: dict) -> None:
        """Say how the epoch of the history's entry `last` went."""
        where = f"epoch {last['epoch']}/{self.epochs}"
        self._say(where, last["epoch"] * self.images, last["loss"], last["accuracy"])

    def _say(self, where: str, seen: int, loss: float, accuracy: float) -> None:
        self.said = self.clock()
        rate = (seen - self.start) / max(self.said - self.begun, 1e-9)
        left = (self.epochs * self.images - seen) / rate
        self.report(
            f"{where}  loss {loss:.4f}  accuracy {accuracy:.2%}  {rate:.0f} images/s  "
            f"{left:.0f} s left"
        )
