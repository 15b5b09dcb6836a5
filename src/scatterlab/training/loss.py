"""What a loss is: a number to minimise, and which decisions it calls right."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch

from scatterlab.training.targets import Targets


class Loss(ABC):
    """A function of a network's output, (sample, K), and of the samples' targets.

    Targets are any tensor whose first axis is the sample: labels, the words of a caption.
    """

    @abstractmethod
    def __call__(self, output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean over the samples, a tensor without axes that can be differentiated."""

    def right(self, output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Which samples are decided rightly, bool (sample,): the largest output is the label."""
        return output.argmax(dim=1) == targets

    def targets(self, labels: np.ndarray, class_names: Sequence[str]) -> Targets:
        """What images with `labels`, integers from 0 of shape (sample,), are to give: those."""
        return Targets(torch.from_numpy(labels), tuple(class_names))
