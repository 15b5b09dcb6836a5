"""The textbook roto-translation scattering in torch.

Differentiable, on any device, in float32 or float64; all orientations of a path at a time.
"""

import torch

from scatterlab.engines.joint import JointTree
from scatterlab.engines.reference import Reference
from scatterlab.wavelets.joint_paths import NONE, JointPath, orientations


class JointReference:
    """The transform that `joint` describes."""

    name = "reference"

    def __init__(self, joint: JointTree):
        self.joint = joint
        self.separable = Reference(joint.tree)
        self._filters: dict = {}

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """S x for `signals` of shape (batch, *shape): (batch, *output_shape), the same dtype."""
        outputs: dict[JointPath, torch.Tensor] = {}
        padded = self.separable.pad(signals)
        outputs[JointPath()] = self.separable.average(padded, 0).unsqueeze(1)
        spectrum = torch.fft.fft2(padded)
        for j1 in sorted({path.j1 for path in self.joint.paths} - {NONE}):
            self._lift(spectrum, j1, outputs)
        return torch.cat([outputs[path] for path in self.joint.paths], dim=1)

    def _lift(self, spectrum: torch.Tensor, j1: float, outputs: dict) -> None:
        """U(u, θ) = |x⋆ψ_{j1,θ}|(u), and what follows from it."""
        separable, nodes = self.separable, self.joint.first(j1)
        lifted = self._convolved(spectrum.unsqueeze(1).expand(-1, len(nodes), -1, -1), nodes).abs()
        level = self.joint.tree.nodes[nodes[0]].level
        averages = separable.average(lifted, level)
        for path in self._paths(j1, NONE, NONE):
            filtered = self._along_theta(torch.cat([averages, averages], dim=1), path.k)
            filtered = filtered.real if path.k == self.joint.K else filtered.abs()
            outputs[path] = self._outputs(filtered, path)
        following = {(path.j2, path.turn) for path in self.joint.paths if path.j1 == j1}
        spectra = torch.fft.fft2(lifted)
        for j2, turn in sorted(following - {(NONE, NONE)}):
            self._second(spectra, j1, j2, turn, outputs)

    def _convolved(self, spectra: torch.Tensor, nodes: list[int]) -> torch.Tensor:
        """The convolution of each of (batch, L, y, x) with the wavelet of its node, complex."""
        pairs = zip(spectra.unbind(1), nodes, strict=True)
        return torch.stack([self.separable.convolve(*pair) for pair in pairs], dim=1)

    def _second(self, spectra, j1: float, j2: int, turn: int, outputs: dict) -> None:
        """U2(u, θ) = |U(·, θ) ⋆ ψ_{j2,θ+turn} ⋆ ψ_k|, averaged, for every filter k along θ."""
        nodes, conjugated = zip(*self.joint.second(j1, j2, turn), strict=True)
        half = [
            values.conj() if flip else values
            for values, flip in zip(
                self._convolved(spectra, nodes).unbind(1), conjugated, strict=True
            )
        ]
        whole = torch.stack(half + [values.conj() for values in half], dim=1)
        level = self.joint.tree.nodes[nodes[0]].level
        for path in self._paths(j1, j2, turn):
            moduli = self._outputs(self._along_theta(whole, path.k).abs(), path)
            outputs[path] = self.separable.average(moduli, level)

    def _paths(self, j1: float, j2: int, turn: int) -> list[JointPath]:
        return [path for path in self.joint.paths if path[:3] == (j1, j2, turn)]

    def _along_theta(self, whole: torch.Tensor, k: int) -> torch.Tensor:
        """The convolution of (batch, 2L, y, x) with the angular filter k, complex."""
        filter_hat = torch.as_tensor(self.joint.angular.filters[k]).to(whole.real)
        return torch.fft.ifft(torch.fft.fft(whole, dim=1) * filter_hat[:, None, None], dim=1)

    def _outputs(self, whole: torch.Tensor, path: JointPath) -> torch.Tensor:
        """Of values at all 2L orientations: their mean, or those that are not repetitions."""
        if self.joint.averaged:
            return whole.mean(dim=1, keepdim=True)
        return whole[:, : orientations(path, self.joint.L, self.joint.K)]
