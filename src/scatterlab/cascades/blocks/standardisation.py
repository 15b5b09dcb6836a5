"""The first, fixed operator of a network: intensities of mean 0 and variance 1."""

import torch


class Standardisation(torch.nn.Module):
    """(x(·, λ) − mean(λ)) / std(λ), one mean and one standard deviation a colour.

    They are buffers, not parameters: set once from the training images (`fix`), then saved and
    loaded with the weights. Before that they are 0 and 1. The images get `padding` zeros on each
    side first.
    """

    def __init__(self, channels: int, padding: int = 0):
        super().__init__()
        self.padding = padding
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))

    def fix(self, mean: torch.Tensor, std: torch.Tensor) -> None:
        """Set the mean and standard deviation; a colour that never varies is only centred."""
        self.mean.copy_(mean)
        self.std.copy_(torch.where(std > 0, std, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) to the same shape, and the padding."""
        if self.padding:
            images = torch.nn.functional.pad(images, [self.padding] * 4)
        return (images - self.mean[:, None, None]) / self.std[:, None, None]
