"""Local contrast normalisation."""

import torch


class LocalContrastNormalisation(torch.nn.Module):
    """x / (ε + ‖x‖_q), the q-norm over all channels and the window around each pixel.

    ‖x‖_q(u) = (mean over channels λ and pixels v of the window at u of |x(v, λ)|^q)^{1/q}: a norm
    for the uniform probability on the window, so that maps of unit variance stay so whatever the
    number of channels. At the border the window is what lies in the image. What comes out does
    not depend on the contrast of what goes in, as far as that is larger than ε.

    It is not AlexNet's: see `response_normalisation`.

    Parameters
    ----------
    size : height and width of the window in pixels, odd.
    q : exponent ≥ 1.
    epsilon : ε > 0, below which contrast is taken for noise.
    """

    def __init__(self, size: int = 5, q: float = 2.0, epsilon: float = 1e-2):
        super().__init__()
        self.size, self.q, self.epsilon = size, q, epsilon

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(sample, channel, y, x) to the same shape."""
        powers = maps.abs().pow(self.q).mean(dim=1, keepdim=True)
        local = torch.nn.functional.avg_pool2d(
            powers, self.size, stride=1, padding=self.size // 2, count_include_pad=False
        )
        # the root has no derivative at zero, where a window is empty
        tiny = torch.finfo(maps.dtype).tiny
        return maps / (self.epsilon + local.clamp(min=tiny).pow(1 / self.q))

    def extra_repr(self):
        return f"size={self.size}, q={self.q}, epsilon={self.epsilon}"
