"""Bounds of ‖Φ(x) − Φ(y)‖ / ‖x − y‖ for every layer of every kind of cascade."""

from dataclasses import dataclass, field
from math import nan

import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.norms.fixed import Scattering, filters_bound, padding_norm, scale
from scatterlab.cascades.norms.lanczos import norm_of
from scatterlab.cascades.norms.lipschitz import NetworkBounds, Operator
from scatterlab.cascades.pixels import Pixels
from scatterlab.cascades.staged import StagedNetwork
from scatterlab.cascades.yuv import InYUV


@dataclass(frozen=True)
class Bounds:
    """Bounds of a cascade.

    Attributes
    ----------
    alone : by layer, of the layer alone; of a scattering, of its filters. NaN: none is known.
    whole : by layer, of all from the image to it. Infinite: there is none.
    scales : by layer, what channels are multiplied by in the norm, (channel,); None: 1.
    before : of what comes before the first layer.
    first : what that is, in a word: standardisation, padding or colours; empty if nothing.
    operators : linear operators of a network.
    remarks : by layer, why it has no bound.
    """

    alone: dict[str, float]
    whole: dict[str, float]
    scales: dict[str, torch.Tensor | None]
    before: float = 1.0
    first: str = ""
    operators: list[Operator] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)


def bounds_of(cascade: Cascade, seed: int = 0) -> Bounds:
    """The bounds of all layers of `cascade`; `seed` is that of the iterations."""
    if isinstance(cascade, StagedNetwork):
        return of_network(cascade, seed)
    if isinstance(cascade, Scattering):
        return of_scattering(cascade)
    if isinstance(cascade, InYUV):
        return in_colour(cascade)
    unscaled = dict.fromkeys(cascade.layers)
    if isinstance(cascade, Pixels):
        ones = dict.fromkeys(cascade.layers, 1.0)
        return Bounds(ones, ones, unscaled)
    unknown, why = dict.fromkeys(cascade.layers, nan), f"none is known of {type(cascade).__name__}"
    return Bounds(unknown, unknown, unscaled, remarks=dict.fromkeys(cascade.layers, why))


def of_network(network: StagedNetwork, seed: int) -> Bounds:
    found = NetworkBounds(network, seed)
    return Bounds(
        found.layers,
        {layer: found.up_to(layer) for layer in network.layers},
        dict.fromkeys(network.layers),
        found.standardise,
        "standardisation",
        found.operators,
        found.remarks,
    )


def of_scattering(cascade: Scattering) -> Bounds:
    before = padding_norm(cascade)
    alone = {layer: filters_bound(cascade, layer) for layer in cascade.layers}
    whole = {layer: before * bound for layer, bound in alone.items()}
    return Bounds(
        alone, whole, {layer: scale(cascade, layer) for layer in alone}, before, "padding"
    )


def in_colour(cascade: InYUV) -> Bounds:
    """Of Y, and of U and V made smaller: the larger, times the norm of the change of colours."""
    parts = [of_scattering(part) for part in (cascade.luminance, cascade.chrominance)]
    smaller = resizing_norm(cascade.image_shape[1:], cascade.chrominance.image_shape[1:])
    colours = float(torch.linalg.matrix_norm(cascade.matrix.double(), ord=2))
    alone, whole, scales = {}, {}, {}
    for layer in cascade.layers:
        y, uv = (part.whole[layer] for part in parts)
        alone[layer] = max(part.alone[layer] for part in parts)
        whole[layer] = colours * max(y, smaller * uv)
        scales[layer] = torch.cat([part.scales[layer] for part in parts])
    return Bounds(alone, whole, scales, colours, "colours")


def resizing_norm(size: tuple[int, int], smaller: tuple[int, int]) -> float:
    """‖·‖ of the resizing in `InYUV`."""
    if tuple(size) == tuple(smaller):
        return 1.0

    def resize(images):
        return torch.nn.functional.interpolate(
            images, smaller, mode="bicubic", antialias=True, align_corners=False
        )

    return norm_of(resize, (1, *size))
