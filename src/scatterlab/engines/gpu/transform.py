"""A transform of a few signals and its gradient: the textbook loop, one order at a time.

Within an order, one pass of each step does all paths on one lattice. U of the inner nodes leaves
half its spectrum behind, and U of the leaves is never written down.
"""

from dataclasses import dataclass
from types import ModuleType

import torch

from scatterlab.engines.gpu.banded import Banded, averaging, banded
from scatterlab.engines.gpu.padding import Padding
from scatterlab.engines.gpu.products import Product, planar, product_of
from scatterlab.engines.gpu.schedule import Group, layers_of
from scatterlab.engines.tree import Tree


@dataclass(frozen=True)
class Part:
    """A group and its tables: one product for each of its feeds, and its nodes, int32."""

    group: Group
    products: tuple[Product, ...]
    nodes: torch.Tensor


class Transform:
    """S of the tree's signals on one device, in one precision.

    `steps` is the module that computes: `torch_steps` or `triton_steps`. Signals have two axes
    here, (y, x); y is one sample where the tree's signals have one axis.
    """

    def __init__(self, tree: Tree, device: torch.device, dtype: torch.dtype, steps: ModuleType):
        self.tree, self.device, self.dtype, self.steps = tree, device, dtype, steps
        self.dims = tuple(range(-len(tree.axes), 0))
        self.padding = Padding(tree.axes, device, dtype)
        self.output_shape = (len(tree.nodes), *planar(tree.output_shape[1:]))
        self.places = torch.arange(len(tree.nodes), dtype=torch.int32, device=device)
        self.layers: list[list[Part]] = []
        inner: dict[int, int] = {}
        for groups in layers_of(tree):
            self.layers.append([self._part(group, inner) for group in groups])
            inner = {group.level: group.inner for group in groups}
        self._matrices: dict[tuple[int, int, bool], Banded] = {}

    def forward(
        self, signals: torch.Tensor, out: torch.Tensor, keep: list[torch.Tensor] | None = None
    ) -> None:
        """Write S of `signals`, (image, *tree.shape), into `out`, (image, *tree.output_shape).

        `keep` gets what `backward` needs: the wavelet coefficients of each group.
        """
        out = out.view(len(out), *self.output_shape)
        (root,) = self.layers[0]
        level = root.group.level
        propagated = self.padding(signals).view(len(signals), 1, *self._shape(level))
        self._average(propagated, level, self.places[:1], root.nodes, out)
        spectra = {level: torch.fft.rfftn(propagated, dim=self.dims)}
        for layer in self.layers[1:]:
            following = {}
            for part in layer:
                coefficients = self._convolve(spectra, part)
                if keep is not None:
                    keep.append(coefficients)
                level, inner = part.group.level, part.group.inner
                if inner:
                    propagated = coefficients[:, :inner].abs()
                    self._average(propagated, level, self.places[:inner], part.nodes[:inner], out)
                    following[level] = torch.fft.rfftn(propagated, dim=self.dims)
                if inner < len(part.nodes):
                    leaves = self.places[inner : len(part.nodes)]
                    self._average(coefficients, level, leaves, part.nodes[inner:], out)
            spectra = following

    def backward(self, gradients: torch.Tensor, kept: list[torch.Tensor]) -> torch.Tensor:
        """The gradient of the signals, (image, *tree.shape), for `gradients` of their S."""
        gradients = gradients.reshape(len(gradients), *self.output_shape)
        kept = list(kept)
        following: dict[int, torch.Tensor] = {}
        for layer in reversed(self.layers[1:]):
            spectra: dict[int, torch.Tensor] = {}
            for part in reversed(layer):
                propagated = self._gradient(gradients, part, following)
                found = self.steps.modulus_adjoint(kept.pop(), propagated)
                self._convolve_adjoint(torch.fft.fftn(found, dim=self.dims), part, spectra)
            following = spectra
        (root,) = self.layers[0]
        padded = self._gradient(gradients, root, following)
        return self.padding.adjoint(padded.view(len(gradients), *self.padding.padded))

    def _convolve(self, spectra: dict[int, torch.Tensor], part: Part) -> torch.Tensor:
        """U[parent] ⋆ ψ of all nodes of a group. The factor 1/samples is in the filters."""
        level = part.group.level
        images = len(next(iter(spectra.values())))
        shape = (images, len(part.nodes), *self._shape(level))
        found = torch.empty(shape, dtype=self.dtype.to_complex(), device=self.device)
        for feed, product in zip(part.group.feeds, part.products, strict=True):
            self.steps.multiply(spectra[feed.before], product, found)
        return torch.fft.ifftn(found, dim=self.dims, norm="forward")

    def _convolve_adjoint(self, found: torch.Tensor, part: Part, spectra: dict) -> None:
        """Add to `spectra` the half spectra of the gradients of the parents' U."""
        for feed, product in zip(part.group.feeds, part.products, strict=True):
            fresh = feed.before not in spectra
            if fresh:
                height, width = product.fine
                shape = (len(found), len(product.of_parent) - 1, height, width // 2 + 1)
                spectra[feed.before] = found.new_empty(shape)
            self.steps.multiply_adjoint(found, product, spectra[feed.before], not fresh)

    def _average(self, signals, level: int, places, nodes, out) -> None:
        """Write S of the U, or their coefficients, at `places` into `nodes` of `out`."""
        along_x = self._matrix(level, -1)
        if len(self.dims) == 1:
            self.steps.average(signals, along_x, out, take=places, put=nodes)
            return
        chosen = self.places[: len(places)]
        shape = (len(signals), len(places), signals.shape[2], along_x.rows)
        half = torch.empty(shape, dtype=self.dtype, device=self.device)
        self.steps.average(signals, along_x, half, take=places, put=chosen)
        self.steps.average(half.mT, self._matrix(level, -2), out.mT, take=chosen, put=nodes)

    def _gradient(self, gradients, part: Part, following: dict) -> torch.Tensor:
        """The gradient of U of a group: from S, and from the children by their half spectra."""
        level, inner = part.group.level, part.group.inner
        shape = (len(gradients), len(part.nodes), *self._shape(level))
        total = gradients.new_empty(shape)
        if inner:
            spectra = following.pop(level)
            sizes = self.tree.lattice(level)
            total[:, :inner] = torch.fft.irfftn(spectra, sizes, dim=self.dims, norm="forward")
        for places, add in ((slice(inner), True), (slice(inner, None), False)):
            nodes = part.nodes[places]
            if len(nodes):
                self._average_adjoint(gradients, level, nodes, total[:, places], add)
        return total

    def _average_adjoint(self, gradients, level: int, nodes, out, add: bool) -> None:
        """Write or add into `out` the gradients of U for those of S at `nodes`."""
        along_x = self._matrix(level, -1, adjoint=True)
        chosen = self.places[: len(nodes)]
        if len(self.dims) == 1:
            self.steps.average(gradients, along_x, out, take=nodes, put=chosen, accumulate=add)
            return
        half = out.new_empty(len(out), len(nodes), out.shape[2], gradients.shape[3])
        along_y = self._matrix(level, -2, adjoint=True)
        self.steps.average(gradients.mT, along_y, half.mT, take=nodes, put=chosen)
        self.steps.average(half, along_x, out, take=chosen, put=chosen, accumulate=add)

    def _part(self, group: Group, inner: dict[int, int]) -> Part:
        """The tables of `group`, whose feeds' parents are so many `inner` nodes by level."""
        products = tuple(
            product_of(self.tree, feed, group.level, inner[feed.before], self.device, self.dtype)
            for feed in group.feeds
        )
        return Part(group, products, torch.from_numpy(group.nodes).to(self.device))

    def _matrix(self, level: int, dim: int, adjoint: bool = False) -> Banded:
        """The low-pass along `dim`, made once."""
        key = (level, dim, adjoint)
        if key not in self._matrices:
            matrix = averaging(self.tree, level, dim % len(self.dims), self.dtype)
            self._matrices[key] = banded(matrix.T if adjoint else matrix, self.device, self.dtype)
        return self._matrices[key]

    def _shape(self, level: int) -> tuple[int, int]:
        return planar(self.tree.lattice(level))
