"""The Lipschitz constants of what is not a convolution: non-linearities, pooling, normalisation.

Each takes a module and the shape (channel, y, x) of its input, and gives the least L that is known
with ‖f(x) − f(y)‖ ≤ L ‖x − y‖ for all x and y.
"""

from math import inf

import numpy as np
import torch

from scatterlab.cascades.blocks.local_contrast import LocalContrastNormalisation
from scatterlab.cascades.blocks.modulus import Modulus
from scatterlab.cascades.blocks.response_normalisation import ResponseNormalisation
from scatterlab.cascades.blocks.scaled_tanh import ScaledTanh
from scatterlab.cascades.blocks.shortcut import ZeroPadding
from scatterlab.cascades.blocks.standardisation import Standardisation
from scatterlab.cascades.blocks.subsampling import Subsampling
from scatterlab.cascades.blocks.threshold import Threshold
from scatterlab.cascades.norms.convolution import slopes
from scatterlab.cascades.norms.lanczos import norm_of


def one(module, shape) -> float:
    """Identities at use, projections, the modulus and rectifiers: |ρ(x) − ρ(y)| ≤ |x − y|."""
    return 1.0


def average_pooling(module, shape) -> float:
    """Exact: channels do not mix, so that one of them has the norm of all."""
    return norm_of(module, (1, *shape[1:]))


def max_pooling(module: torch.nn.MaxPool2d, shape) -> float:
    """√m, m the largest number of windows that see a pixel; 1 where windows do not overlap.

    It is exact: each output moves by at most the change of one pixel of its window, so that a
    pixel's change counts m times at most; and m times it does where that pixel is by far the
    largest.
    """
    along = zip(shape[1:], *map(pair, (module.kernel_size, module.stride, module.padding)),
                pair(module.dilation), strict=True)  # fmt: skip
    counts = [most_windows(*axis, module.ceil_mode) for axis in along]
    return float(np.sqrt(np.prod(counts)))


def most_windows(size: int, taps: int, step: int, before: int, spread: int, ceil_mode: bool) -> int:
    """The largest number of pooling windows along an axis that see one pixel."""
    reach = spread * (taps - 1) + 1
    left = size + 2 * before - reach
    count = (-(-left // step) if ceil_mode else left // step) + 1
    seen = np.zeros(size, int)
    for start in step * np.arange(count) - before:
        places = start + spread * np.arange(taps)
        seen[places[(places >= 0) & (places < size)]] += 1
    return int(seen.max())


def subsampling(module: Subsampling, shape) -> float:
    """Exact: the sum of four pixels has norm 2, and the coefficients are a diagonal."""
    return 2 * float(module.coefficient.detach().double().abs().max())


def batch_normalisation(module: torch.nn.BatchNorm2d, shape) -> float:
    """Exact: a diagonal, by the running variance."""
    return float(slopes(module).abs().max())


def standardisation(module: Standardisation, shape) -> float:
    """Exact: the image's unit is the standard deviation of the training images."""
    return float(1 / module.std.double().min())


def response_normalisation(module: ResponseNormalisation, shape) -> float:
    """k^−β (1 + 2√n (1 + 1/β)^−(β+1)); at least k^−β, which it has at x = 0.

    The Jacobian is diag(D^−β) − 2αβ x_i x_j D_i^−(β+1), D = k + α Σ x². Row i of its second part
    has norm at most 2αβ s (k + αs)^−(β+1), s = Σ x², largest at s = k/(αβ); a column has n rows.
    """
    k, beta = module.k, module.beta
    rows = min(module.n, shape[0])
    return k**-beta * (1 + 2 * rows**0.5 * (1 + 1 / beta) ** -(beta + 1))


def local_contrast(module: LocalContrastNormalisation, shape) -> float:
    """(1 + w m^|1/2 − 1/q| / 4) / ε for windows of w×w pixels, m numbers in each.

    The Jacobian is diag(1/(ε + r)) less, at each pixel u, x(u) ∇r/(ε + r)², whose norm is at most
    m^|1/2 − 1/q| r/(ε + r)² ≤ m^|…|/4ε, and which a pixel meets in w² windows. At contrast zero
    it is 1/ε.
    """
    numbers = shape[0] * module.size**2
    spread = numbers ** abs(1 / 2 - 1 / module.q)
    return (1 + module.size * spread / 4) / module.epsilon


def none(module, shape) -> float:
    """Where x and y may be as far apart as one likes, the gate's product has no bound."""
    return inf


def pair(value) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


SLOPES = {
    torch.nn.Identity: one,
    torch.nn.Dropout: one,
    torch.nn.Flatten: one,
    torch.nn.ReLU: one,
    Threshold: one,
    Modulus: one,
    ZeroPadding: one,
    torch.nn.Sigmoid: lambda module, shape: 1 / 4,
    ScaledTanh: lambda module, shape: 1.7159 * 2 / 3,
    torch.nn.AvgPool2d: average_pooling,
    torch.nn.AdaptiveAvgPool2d: average_pooling,
    torch.nn.MaxPool2d: max_pooling,
    Subsampling: subsampling,
    torch.nn.BatchNorm2d: batch_normalisation,
    Standardisation: standardisation,
    ResponseNormalisation: response_normalisation,
    LocalContrastNormalisation: local_contrast,
}
"""By the module's type."""
