"""One step of gradient descent, on as many images at a time as the device's memory holds."""

from collections.abc import Callable

import torch

from scatterlab.errors import ScatterlabError
from scatterlab.training.device import products, seed_draws
from scatterlab.training.loss import Loss
from scatterlab.training.momentum import Momentum


class GradientStep:
    """Takes gradient steps with the mean loss of a batch.

    When memory runs out, the batch is halved, again if need be, and the gradients of its pieces
    are added: the step is the same, but for batch normalisation, whose moments are a piece's.

    Parameters
    ----------
    outputs : maps images to the network's output.
    loss, optimiser : as their classes say.
    device, precision : where, and in which precision, products are taken.
    report : is told when a batch is halved.
    """

    def __init__(
        self,
        outputs: Callable[[torch.Tensor], torch.Tensor],
        loss: Loss,
        optimiser: Momentum,
        device: torch.device,
        precision: str = "float32",
        report: Callable[[str], None] = lambda line: None,
    ):
        self.outputs, self.loss, self.optimiser = outputs, loss, optimiser
        self.device, self.precision, self.report = device, precision, report
        self.most: int | None = None

    def __call__(
        self, images: torch.Tensor, targets: torch.Tensor, rate: float, seed: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Learn from a batch; its mean loss and its number of right decisions, on the device.

        `rate` is the learning rate, `seed` that of what the network itself draws. Raises
        `ScatterlabError` if not even one image fits.
        """
        while True:
            try:
                loss, right = self._gradients(images, targets, seed)
                break
            except torch.OutOfMemoryError:
                self.optimiser.drop_gradients()
            self._halve(images)
        self.optimiser.step(rate)
        return loss, right

    def _gradients(self, images, targets, seed):
        seed_draws(self.device, seed)
        most = self.most or len(images)
        loss_sum, right_sum = 0, 0
        for piece, wanted in zip(images.split(most), targets.split(most), strict=True):
            with products(self.device, self.precision):
                output = self.outputs(piece).float()
            loss = self.loss(output, wanted) * (len(piece) / len(images))
            loss.backward()
            loss_sum += loss.detach()
            right_sum += self.loss.right(output.detach(), wanted).sum()
        return loss_sum, right_sum

    def _halve(self, images) -> None:
        most = self.most or len(images)
        shape = "×".join(map(str, images.shape[1:]))
        if most == 1:
            raise ScatterlabError(
                f"out of memory on {self.device} with one image of {shape} at a time: smaller "
                "images (`size` of the data set), a narrower network, or `precision: bfloat16`"
            )
        self.most = -(-most // 2)
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.report(
            f"out of memory on {self.device} with {most} images of {shape}: a batch is taken "
            f"{self.most} at a time from now on, and gradients are added"
        )
