"""Constraints on the weights of one module: ‖Ψ‖ ≤ bound.

``spectral``: the singular values of the operator, on the periodic grid that holds its input among
zeros, are clipped. ``parseval``: the matrix W of patches goes towards orthonormal rows; a pixel is
in at most m patches, so that ‖Ψ‖ ≤ √m ‖W‖, and √m W is what is made orthonormal. Batch
normalisations and subsamplings are diagonals, whose slopes are clipped.
"""

from collections.abc import Mapping
from math import prod
from typing import Protocol

import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.blocks.low_rank import dense_weight
from scatterlab.cascades.blocks.subsampling import Subsampling
from scatterlab.cascades.norms.convolution import Kernels, circular_norm, dilated, slopes
from scatterlab.cascades.norms.transfer import coarse, enclosing_grid
from scatterlab.training.parseval import orthonormal, towards_orthonormal
from scatterlab.training.spectral import clipped, projected, within


class Constraint(Protocol):
    """Of the weights of one module, in place."""

    def begin(self) -> None:
        """Before the first step."""

    def keep(self) -> None:
        """After some of the steps: nearly."""

    def finish(self) -> None:
        """After the last: ‖Ψ‖ ≤ bound."""


class Diagonal:
    """Slopes of a `BatchNorm2d` at most 1, by its running variance; of a `Subsampling` `bound`."""

    def __init__(self, module: torch.nn.Module, bound: float):
        self.module, self.bound = module, bound

    def begin(self):
        self.keep()

    def keep(self):
        if isinstance(self.module, Subsampling):
            self.module.coefficient.clamp_(-self.bound / 2, self.bound / 2)
        else:
            self.module.weight.div_(slopes(self.module).abs().clamp_min(1))

    def finish(self):
        self.keep()


class Operator:
    """A convolution or a full layer, as matrices or kernels (λ', λ, y, x) for each group.

    `shape` is that of its input; `asked` has ``bound`` and ``beta``.
    """

    def __init__(self, module: torch.nn.Module, shape: tuple[int, ...], asked: Mapping):
        self.module, self.bound, self.beta = module, asked["bound"], asked["beta"]
        self.groups = getattr(module, "groups", 1)
        self.stride = tuple(getattr(module, "stride", (1, 1)))
        self.dilation = tuple(getattr(module, "dilation", (1, 1)))
        self.size = tuple(self.written_out(dense_weight(module))[0].shape[2:])
        padded = any(pair_of(getattr(module, "padding", 0)))
        self.flat = prod(self.size) == 1 or (self.size == tuple(shape[1:]) and not padded)
        self.grid = None if self.flat else enclosing_grid(shape[1:], self.size, self.stride)

    def weights(self, dtype: torch.dtype | None = None) -> list[torch.Tensor]:
        """Of each group, in the orientation of `torch.nn.Conv2d`, dilation written out."""
        return self.written_out(dense_weight(self.module).to(dtype))

    def support(self) -> list[torch.Tensor]:
        """Where these may differ from zero: 1 there, else 0."""
        weight, connections = dense_weight(self.module), getattr(self.module, "connections", None)
        ones = torch.ones_like(weight)
        if connections is not None:
            unseen = torch.zeros_like(weight[..., 0, 0]).flatten()
            ones *= unseen.index_fill(0, connections, 1).view(*weight.shape[:2], 1, 1)
        return self.written_out(ones)

    def written_out(self, weight: torch.Tensor) -> list[torch.Tensor]:
        """A weight of the module as one of each group."""
        spread = dilated(weight, self.dilation) if weight.ndim == 4 else weight
        return list(spread.chunk(self.groups))

    def put(self, weights: list[torch.Tensor]) -> None:
        """Put back what `weights` gave, changed."""
        weight = torch.cat(weights)
        if self.size:
            weight = weight[..., :: self.dilation[0], :: self.dilation[1]]
        if isinstance(self.module, ConvolutionTensor) and self.module.connections is not None:
            weight = weight.flatten(0, 1)[self.module.connections]
        self.module.weight.copy_(weight)


class Spectral(Operator):
    """Singular values are clipped, in float32 in the course of training, in float64 at its end."""

    def begin(self):
        self.keep()

    def keep(self):
        self.put([self.project(weight) for weight in self.weights()])

    def finish(self):
        pairs = zip(self.weights(torch.float64), self.support(), strict=True)
        self.put(
            [
                within(weight, self.bound, support, self.project, self.norm_of)
                for weight, support in pairs
            ]
        )

    def project(self, weight: torch.Tensor) -> torch.Tensor:
        if self.flat:
            return clipped(weight.flatten(1), self.bound).view_as(weight)
        return projected(weight, self.stride, self.grid, self.bound)

    def norm_of(self, weight: torch.Tensor) -> float:
        if self.flat:
            return float(torch.linalg.matrix_norm(weight.flatten(1), ord=2))
        return circular_norm(Kernels((weight,), self.stride), self.grid)


class Parseval(Operator):
    """√m W/bound goes towards orthonormal rows; at the end its singular values are clipped at 1."""

    def __init__(self, module, shape, asked):
        super().__init__(module, shape, asked)
        patches = 1 if self.flat else prod(coarse(dense_weight(module).shape[2:], self.stride))
        self.scale = patches**0.5 / self.bound

    def begin(self):
        self.change(orthonormal)

    def keep(self):
        self.change(lambda matrix: towards_orthonormal(matrix, self.beta))

    def finish(self):
        for how in (lambda matrix: clipped(matrix, 1.0), shrunk):  # a table of connections cuts
            self.change(how, torch.float64)

    def change(self, how, dtype: torch.dtype | None = None) -> None:
        self.put(
            [
                how(self.scale * weight.flatten(1)).view_as(weight) / self.scale
                for weight in self.weights(dtype)
            ]
        )


def shrunk(matrix: torch.Tensor) -> torch.Tensor:
    """`matrix`, or where its norm is larger than 1 made so much smaller."""
    return matrix / max(1.0, float(torch.linalg.matrix_norm(matrix, ord=2)))


def pair_of(value) -> tuple:
    """Padding along both axes, as numbers; ``same`` is that of a kernel larger than a pixel."""
    if isinstance(value, str):
        return (value == "same",) * 2
    return (value, value) if isinstance(value, int) else tuple(value)


METHODS = {"spectral": Spectral, "parseval": Parseval}
"""Of operators, by name."""
