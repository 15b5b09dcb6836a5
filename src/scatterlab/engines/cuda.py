"""The engine for graphics cards: all paths of an order at once, as CUDA graphs.

It computes what `reference` does. Spectra of real signals are kept by half; the product with the
wavelets and the move to a coarser lattice are one kernel, and so are the modulus and the average
along x. Where there is no Triton, in float64 and on other devices, the same steps run in torch.
"""

from importlib.util import find_spec
from math import prod
from types import ModuleType

import torch

from scatterlab.engines.gpu import torch_steps
from scatterlab.engines.gpu.chunked import Chunked
from scatterlab.engines.gpu.transform import Transform
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError


def available() -> bool:
    """Whether there is a graphics card for this engine."""
    return torch.cuda.is_available()


class Cuda:
    """The transform that `tree` describes, differentiable once.

    Any number of signals: they are done a chunk at a time, as the card's free memory allows.
    Raises `InputError`, saying how many would fit, if the outputs are too many for it, and for a
    second derivative.
    """

    name = "cuda"
    batch_bytes = 256_000_000
    """Bytes of outputs in a batch of `batch_size`: enough to keep a card busy."""

    def __init__(self, tree: Tree):
        self.tree = tree
        self._made: dict[tuple[torch.device, torch.dtype], Chunked] = {}

    def __call__(self, signals: torch.Tensor) -> torch.Tensor:
        """S x for `signals` of shape (batch, *shape): (batch, *output_shape), the same dtype."""
        if not len(signals):
            return signals.new_zeros(0, *self.tree.output_shape)
        transform = self._on(signals.device, signals.dtype)
        if torch.is_grad_enabled() and signals.requires_grad:
            return Differentiable.apply(signals, transform)
        with torch.no_grad():
            return transform(signals)

    @property
    def batch_size(self) -> int:
        """Signals that are best given at once."""
        return max(1, self.batch_bytes // (4 * prod(self.tree.output_shape)))

    def __reduce__(self):
        return type(self), (self.tree,)

    def _on(self, device: torch.device, dtype: torch.dtype) -> Chunked:
        """The transform on `device` in `dtype`, made once."""
        if (device, dtype) not in self._made:
            with torch.inference_mode(False):
                transform = Transform(self.tree, device, dtype, steps_for(device, dtype))
                self._made[device, dtype] = Chunked(transform)
        return self._made[device, dtype]


class Differentiable(torch.autograd.Function):
    """A transform with its gradient."""

    @staticmethod
    def forward(ctx, signals: torch.Tensor, transform: Chunked) -> torch.Tensor:
        out, ctx.kept = transform.keeping(signals)
        ctx.transform = transform
        ctx.save_for_backward(signals)
        return out

    @staticmethod
    def backward(ctx, gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        if torch.is_grad_enabled():
            raise InputError(
                "create_graph=True: engine 'cuda' is differentiable once; give "
                "engine='reference' for second derivatives"
            )
        (signals,) = ctx.saved_tensors
        return ctx.transform.gradient(signals, gradients, ctx.kept), None


def steps_for(device: torch.device, dtype: torch.dtype) -> ModuleType:
    """The module that computes the steps: kernels where there can be, and torch elsewhere."""
    nvidia = device.type == "cuda" and torch.version.hip is None
    if not (nvidia and dtype == torch.float32 and find_spec("triton")):
        return torch_steps
    from scatterlab.engines.gpu import triton_steps

    return triton_steps
