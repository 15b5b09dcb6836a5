"""Roto-translation scattering in few large operations of torch, on any device.

All orientations are convolved at once, and the filters along θ are one matrix. Half of the 2L
orientations are complex conjugates of the others, so that it acts on 2L real numbers.
"""

from functools import reduce
from itertools import product

import numpy as np
import torch

from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_reference import JointReference
from scatterlab.engines.tree import Tree

TINY = 2e-38
"""Under the root of the modulus: it makes the derivative 0 at 0, and is below any rounding."""
BATCH_BYTES = {"batched": 8_000_000, "cuda": 512_000_000}
"""Spectra of one scale j1 at all orientations, for a batch of `JointBatched.batch_size`."""


class JointBatched(JointReference):
    """The transform that `joint` describes; `name` is ``"cuda"`` for the batches of a GPU.

    Differentiable, in float32 or float64, on any device.
    """

    def __init__(self, joint: JointTree, name: str = "batched"):
        super().__init__(joint)
        self.name = name

    @property
    def batch_size(self) -> int:
        """Signals that are best given at once: few enough for the cache, or a GPU's memory."""
        spectra = 8 * self.joint.L * int(np.prod(self.joint.tree.lattice(0)))
        return max(1, BATCH_BYTES[self.name] // spectra)

    def __reduce__(self):
        return type(self), (self.joint, self.name)

    def _convolved(self, spectra: torch.Tensor, nodes) -> torch.Tensor:
        tree, L = self.joint.tree, self.joint.L
        first = tree.nodes[nodes[0]].wavelet[1]
        ordered = [nodes[(theta - first) % L] for theta in range(L)]
        key = ("psi", *map(tree.step, ordered), spectra.dtype, spectra.device)
        if key not in self._filters:
            self._filters[key] = blocks_of(tree, ordered, spectra)
        products = (
            spectra[..., rows, columns] * filters[first : first + L]
            for (rows, columns), filters in self._filters[key]
        )
        return torch.fft.ifft2(reduce(torch.add, products))

    def _second(self, spectra, j1, j2, turn, outputs):
        nodes, conjugated = zip(*self.joint.second(j1, j2, turn), strict=True)
        found = self._convolved(spectra, nodes)
        sign = found.real.new_tensor([-1.0 if flip else 1.0 for flip in conjugated])
        parts = torch.cat([found.real, found.imag * sign[:, None, None]], dim=1)
        matrix = self._matrix(parts)
        real, imaginary = (matrix @ parts.flatten(2)).chunk(2, dim=1)
        moduli = torch.sqrt(real * real + imaginary * imaginary + TINY)
        moduli = moduli.unflatten(2, found.shape[2:])
        level, K, L = self.joint.tree.nodes[nodes[0]].level, self.joint.K, self.joint.L
        paths = self._paths(j1, j2, turn)
        each = moduli.split([2 * L] * K + [L], dim=1)
        kept = [each[path.k] for path in paths]
        if self.joint.averaged:
            kept = [values.mean(dim=1, keepdim=True) for values in kept]
        averages = self.separable.average(torch.cat(kept, dim=1), level)
        widths = [values.shape[1] for values in kept]
        outputs.update(zip(paths, averages.split(widths, dim=1), strict=True))

    def _circle(self) -> np.ndarray:
        """The filters along θ as a matrix, of the real and imaginary parts at L orientations.

        Its rows are the real parts of all outputs, 2L for each ψ_k and L for φ, then their
        imaginary parts.
        """
        L = self.joint.L
        to_whole = np.block([[np.eye(L), 1j * np.eye(L)], [np.eye(L), -1j * np.eye(L)]])
        spectra = np.fft.fft(to_whole, axis=0)
        filters = self.joint.angular.filters
        rows = [np.fft.ifft(filter_hat[:, None] * spectra, axis=0) for filter_hat in filters]
        rows[-1] = rows[-1][:L]
        stacked = np.concatenate(rows)
        return np.concatenate([stacked.real, stacked.imag])

    def _matrix(self, like: torch.Tensor) -> torch.Tensor:
        """`_circle` beside `like`, in its precision; made once."""
        key = ("circle", like.dtype, like.device)
        if key not in self._filters:
            self._filters[key] = torch.from_numpy(self._circle()).to(like)
        return self._filters[key]


def blocks_of(tree: Tree, nodes, like: torch.Tensor) -> list[tuple[tuple, torch.Tensor]]:
    """The filters of `nodes` cut into the blocks of frequencies that alias onto each other.

    Each is the place of a block, as slices along y and x, and the filters there, (2L, y, x), each
    of them twice, complex beside `like`. The sum over blocks of spectrum times filter is the
    spectrum of the subsampled convolution. Blocks where all are below rounding are left out.
    """
    filters = np.stack([tree.filter(node) for node in nodes] * 2)
    before, after = filters.shape[1:], tree.lattice(tree.nodes[nodes[0]].level)
    filters = filters * (after[0] * after[1] / (before[0] * before[1]))
    negligible = torch.finfo(like.dtype).eps / 4 * np.abs(filters).max()
    starts = product(*(range(0, size, step) for size, step in zip(before, after, strict=True)))
    places = [
        tuple(slice(at, at + n) for at, n in zip(start, after, strict=True)) for start in starts
    ]
    cut = [(place, filters[:, place[0], place[1]]) for place in places]
    return [
        (place, torch.from_numpy(np.ascontiguousarray(values)).to(like))
        for place, values in cut
        if np.abs(values).max() > negligible
    ]
