"""How far a network can move what it is given: a bound of each layer, from those of its parts.

‖Φ(x) − Φ(y)‖ ≤ Π_k ‖Ψ_k‖ · ‖x − y‖ (Szegedy et al. 2014, §4.3): operators by their norm as they
are used, with strides, zero padding and the batch normalisation after them; non-linearities and
pooling by their Lipschitz constants. Around a skip bounds add.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, nan, prod

import torch

from scatterlab.cascades.blocks.residual import BasicBlock, Bottleneck
from scatterlab.cascades.convolutional import Block
from scatterlab.cascades.highway import HighwayLayer
from scatterlab.cascades.hybrid import LayerOf
from scatterlab.cascades.norms.convolution import (
    CONVOLUTIONS,
    circular_norm,
    iterated_circular_norm,
    kernels_of,
    norm_as_used,
)
from scatterlab.cascades.norms.fixed import filters_bound, padding_norm, scale
from scatterlab.cascades.norms.shapes import input_shapes
from scatterlab.cascades.norms.slopes import SLOPES
from scatterlab.cascades.norms.transfer import enclosing_grid
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.errors import ScatterlabError

GATED = "its gate multiplies, so that no bound holds everywhere"


@dataclass(frozen=True)
class Operator:
    """A linear operator of a network, with the batch normalisation that follows it.

    Attributes
    ----------
    name, layer : of the module, and of the layer it is in.
    what : its kernels, in words.
    norm : as it is used, ‖Ψ‖.
    circular : on the periodic grid that holds its input among zeros, by the formula; NaN for a
        full layer.
    iterated : the same by iteration.
    """

    name: str
    layer: str
    what: str
    norm: float
    circular: float = nan
    iterated: float = nan


class NetworkBounds:
    """Bounds of the layers of a `StagedNetwork`, in the state in which it is used.

    Attributes
    ----------
    layers : by name, the bound of each layer alone.
    standardise : of the images' standardisation, before the first.
    operators : the linear operators, first to last.
    remarks : by layer, why it has no bound.
    """

    def __init__(self, network: StagedNetwork, seed: int = 0):
        self.seed, self.operators, self.remarks = seed, [], {}
        images = torch.zeros(1, *network.image_shape, dtype=network.standardise.mean.dtype)
        self._shapes = input_shapes(network, images.to(network.standardise.mean.device))
        self._names = {id(module): name for name, module in network.named_modules()}
        self.standardise = self._slope(network.standardise)
        self.layers = {}
        for self._layer in network.layers:
            self.layers[self._layer] = self._of(network.modules_in(self._layer))

    def up_to(self, layer: str) -> float:
        """The product of the bounds from the image to `layer`."""
        names = list(self.layers)
        return self.standardise * prod(
            self.layers[name] for name in names[: names.index(layer) + 1]
        )

    def _of(self, modules: Sequence[torch.nn.Module]) -> float:
        """Of modules one after the other."""
        bounds = (self._of_one(*run) for run in runs(modules))
        return prod(bounds)

    def _of_one(self, module, normalisation=None) -> float:
        if isinstance(module, (*CONVOLUTIONS, torch.nn.Linear)):
            return self._operator(module, normalisation)
        if isinstance(module, BasicBlock):
            inner = self._of([module.conv1, module.bn1, module.relu, module.conv2, module.bn2])
            return inner + self._of([module.downsample])
        if isinstance(module, Bottleneck):
            first = [module.conv1, module.bn1, module.relu, module.conv2, module.bn2, module.relu]
            return self._of([*first, module.conv3, module.bn3]) + self._of([module.downsample])
        if isinstance(module, Block):
            return self._of_block(module)
        if isinstance(module, HighwayLayer):
            self._of([module.transform, module.highway.gate])
            self.remarks[self._layer] = GATED
            return inf
        if isinstance(module, LayerOf):
            return of_coefficients(module.cascade, module.layer)
        return self._slope(module)

    def _of_block(self, block: Block) -> float:
        inner = self._of([block.transform])
        if block.skip == "none":
            return inner * self._of([block.rho])
        around = self._of([block.shortcut])
        if block.skip == "residual":
            return (inner + around) * self._of([block.rho])
        self._of([block.highway.gate])
        self.remarks[self._layer] = GATED
        return inf

    def _slope(self, module: torch.nn.Module) -> float:
        if type(module) not in SLOPES:
            raise ScatterlabError(
                f"no Lipschitz constant is known of {type(module).__name__}; add it to "
                "scatterlab.cascades.norms.slopes.SLOPES"
            )
        return SLOPES[type(module)](module, self._shapes.get(id(module)))

    def _operator(self, module, normalisation) -> float:
        found = self._measured(module, normalisation)
        self.operators.append(found)
        return found.norm

    def _measured(self, module, normalisation) -> Operator:
        name, shape = self._names[id(module)], self._shapes[id(module)]
        if isinstance(module, torch.nn.Linear):
            matrix = module.weight.detach().double()
            what = f"{matrix.shape[1]} → {matrix.shape[0]}"
            return Operator(name, self._layer, what, norm_of_matrix(matrix, module, self.seed))
        kernels = kernels_of(module, normalisation)
        grid = enclosing_grid(shape[1:], kernels.size, kernels.stride)
        used = [module] if normalisation is None else [module, normalisation]
        return Operator(
            name,
            self._layer,
            in_words(module, normalisation is not None, shape),
            norm_as_used(used, shape, self.seed),
            circular_norm(kernels, grid),
            iterated_circular_norm(kernels, grid, self.seed),
        )


def of_coefficients(scattering, layer: str) -> float:
    """The bound of a scattering's coefficients as they are, whatever pixels they stand for."""
    bound = padding_norm(scattering) * filters_bound(scattering, layer)
    return bound / float(scale(scattering, layer).min())


LARGEST = 1500
"""Rows or columns of a matrix, the fewer, up to which it is decomposed; of larger ones the norm is
iterated."""


def norm_of_matrix(matrix: torch.Tensor, module: torch.nn.Linear, seed: int) -> float:
    if min(matrix.shape) <= LARGEST:
        return float(torch.linalg.matrix_norm(matrix, ord=2))
    return norm_as_used([module], (matrix.shape[1],), seed)


def runs(modules: Sequence[torch.nn.Module]) -> Iterator[tuple[torch.nn.Module, ...]]:
    """The modules in turn, sequences taken apart, a convolution with its batch normalisation."""
    waiting = None
    for module in flattened(modules):
        if waiting is not None:
            normalised = isinstance(module, torch.nn.BatchNorm2d)
            yield (waiting, module) if normalised else (waiting,)
            waiting = None
            if normalised:
                continue
        if isinstance(module, CONVOLUTIONS):
            waiting = module
        else:
            yield (module,)
    if waiting is not None:
        yield (waiting,)


def flattened(modules: Sequence[torch.nn.Module]) -> Iterator[torch.nn.Module]:
    for module in modules:
        if isinstance(module, torch.nn.Sequential):
            yield from flattened(list(module))
        else:
            yield module


def in_words(convolution: torch.nn.Module, normalised: bool, shape: Sequence[int]) -> str:
    """The kernels of a convolution, and what they are applied to."""
    kernels = kernels_of(convolution)
    channels = sum(len(weight) for weight in kernels.groups)
    words = [
        f"{kernels.size[0]}×{kernels.size[1]}",
        f"stride {kernels.stride[0]}" if kernels.stride != (1, 1) else "",
        f"{len(kernels.groups)} groups" if len(kernels.groups) > 1 else "",
        "batch norm" if normalised else "",
    ]
    return (
        f"{shape[0]} → {channels} channels, {', '.join(filter(None, words))}, "
        f"on {shape[1]}×{shape[2]}"
    )
