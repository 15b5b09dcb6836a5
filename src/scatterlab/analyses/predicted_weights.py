"""Weights that are predicted from a few of them (Denil, Shakibi, Dinh, Ranzato & de Freitas 2013).

A row of weights is taken for a smooth function of its places: near places, by a kernel K, have
like weights. Those at a few places α give the others by kernel ridge regression, w ≈ U w_α with
the dictionary U = K_α (K_αα + λI)⁻¹, which follows from the places and is not stored.
"""

from collections.abc import Callable, Mapping

import numpy as np
import torch

from scatterlab.cascades.blocks.convolution import ConvolutionTensor
from scatterlab.cascades.blocks.low_rank import dense_weight, matrix_of


def neighbourhood(height: int, width: int, sigma: float = 1.0) -> np.ndarray:
    """K of the places of a kernel of `height` × `width`: exp(−d²/2σ²), d and σ in pixels."""
    places = np.stack(np.meshgrid(range(height), range(width), indexing="ij"), -1).reshape(-1, 2)
    squares = np.square(places[:, None] - places[None]).sum(axis=-1)
    return np.exp(-squares / (2 * sigma**2))


def predict_weights(
    weights: np.ndarray, kept: np.ndarray, K: np.ndarray, ridge: float = 1e-2
) -> np.ndarray:
    """`weights` (row, place) with those at the places `kept` as they are, others predicted.

    `K` is (place, place), symmetric and non-negative; `ridge` λ is in units of its mean diagonal.
    """
    level = ridge * np.trace(K) / len(K) + np.finfo(float).tiny
    among = K[np.ix_(kept, kept)] + level * np.eye(len(kept))
    predicted = weights[:, kept] @ np.linalg.solve(among, K[kept])
    predicted[:, kept] = weights[:, kept]
    return predicted


def forget_weights(weights: np.ndarray, kept: np.ndarray, K: np.ndarray) -> np.ndarray:
    """`weights` (row, place) with zeros where they are not `kept`: what knows nothing of `K`."""
    left = np.zeros_like(weights)
    left[:, kept] = weights[:, kept]
    return left


def some_places(count: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """A random `share` of `count` places, at least one, sorted."""
    return np.sort(rng.choice(count, max(1, round(share * count)), replace=False))


def keep_pixels(operator: torch.nn.Module, share: float, rng: np.random.Generator) -> int:
    """Keep the weights at some pixels of every kernel, predict the others from their neighbours.

    The operator is changed in place; how many weights are kept. Kernels of one pixel stay.
    """
    weight = operator.weight.detach()
    height, width = weight.shape[-2:] if weight.ndim > 2 else (1, 1)
    kernels = weight.double().reshape(-1, height * width).numpy()
    kept = some_places(height * width, share, rng)
    made = predict_weights(kernels, kept, neighbourhood(height, width))
    weight.copy_(torch.from_numpy(made).view(weight.shape))
    return len(kernels) * len(kept)


def keep_inputs(
    operator: torch.nn.Module,
    K: np.ndarray,
    share: float,
    rng: np.random.Generator,
    guess: Callable,
) -> int:
    """Keep the weights of some inputs, the same for every output, and `guess` the others.

    `guess` is `predict_weights` or `forget_weights`, `K` is (input, input), such as the inputs'
    covariance (Denil et al. 2013, §4.3). The operator is changed in place; how many are kept.
    """
    kept = some_places(len(K), share, rng)
    made = guess(matrix_of(operator).double().numpy(), kept, K)
    dense = torch.from_numpy(made).view(dense_weight(operator).shape)
    sees = torch.ones(dense.shape, dtype=torch.bool)
    weight = operator.weight.detach()
    if isinstance(operator, ConvolutionTensor) and operator.connections is not None:
        sees.flatten(0, 1).fill_(False)[operator.connections] = True
        dense = dense.flatten(0, 1)[operator.connections]
    weight.copy_(dense)
    return int(sees.flatten(1)[:, kept].sum())


@torch.inference_mode()
def input_covariances(
    network: torch.nn.Module, operators: Mapping[str, torch.nn.Module], images: torch.Tensor
) -> dict[str, np.ndarray]:
    """The covariance, (input, input), of what each operator of `network` multiplies for `images`.

    The inputs of a convolution are a patch: channel, y, x.
    """
    found: dict[str, np.ndarray] = {}

    def hook(name):
        def look(operator, inputs, output):
            found[name] = np.cov(patches(operator, inputs[0]).double().numpy())

        return look

    hooks = [operator.register_forward_hook(hook(name)) for name, operator in operators.items()]
    try:
        network(images)
    finally:
        for one in hooks:
            one.remove()
    return found


def patches(operator: torch.nn.Module, maps: torch.Tensor) -> torch.Tensor:
    """What `operator` multiplies: (input, sample and place)."""
    if isinstance(operator, torch.nn.Linear):
        return maps.T
    size = dense_weight(operator).shape[-2:]
    dilation, stride = (getattr(operator, name, 1) for name in ("dilation", "stride"))
    padding = getattr(operator, "padding", 0)
    if isinstance(padding, str):
        padding = tuple(side // 2 for side in size) if padding == "same" else 0
    columns = torch.nn.functional.unfold(maps, tuple(size), dilation, padding, stride)
    return columns.transpose(0, 1).flatten(1)
