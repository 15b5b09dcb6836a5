"""Over how much of the image the positions of a layer's maps stand.

A layer without padding has fewer positions than pixels over its step, so that the step is not the
side of the image over that of the maps.
"""

from collections.abc import Sequence

import torch

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.hybrid import LayerOf
from scatterlab.cascades.staged import StagedNetwork, as_maps
from scatterlab.cascades.wavelet_cascade import WaveletCascade

MORE = 64
"""Positions by which the input of a stage is widened: whole steps of any stage in use."""


def spans(cascade: Cascade, layers: Sequence[str]) -> list[float]:
    """For each of `layers`, positions times their step over pixels, along the larger side.

    1 for maps of 1×1 pixel, and for a cascade that is neither a network nor a scattering.
    """
    if isinstance(cascade, StagedNetwork):
        found = network_spans(cascade)
        return [found[layer] for layer in layers]
    return [scattering_span(cascade) for _ in layers]


def scattering_span(cascade: Cascade) -> float:
    """⌊side / 2^J⌋ · 2^J / side for a scattering, 1 for another cascade."""
    side = max(cascade.image_shape[1:])
    return (side >> cascade.J << cascade.J) / side if isinstance(cascade, WaveletCascade) else 1.0


def network_spans(network: StagedNetwork) -> dict[str, float]:
    """`spans` of all layers of a network."""
    found, step = {}, 1.0
    pixels = max(network.image_shape[1:])
    with torch.inference_mode():
        dark = torch.zeros(1, *network.image_shape).to(network.standardise.mean)
        after = network.standardise(dark)
        for layer in network.layers:
            before, after = after, network.after([layer], after)
            side = max(as_maps(after).shape[-2:])
            if side == 1:
                found[layer] = 1.0
                continue
            step *= stage_step(network, layer, before, side)
            found[layer] = side * step / pixels
    return found


def stage_step(network: StagedNetwork, layer: str, before: torch.Tensor, side: int) -> float:
    """The step of a stage in positions of its input `before`; its output has `side` of them.

    Told by how many positions a wider input adds. A scattering takes one size, and an average to
    a fixed number of positions adds none.
    """
    whole = max(before.shape[-2:]) / side
    modules = network.modules_in(layer)
    if isinstance(modules[0], LayerOf):
        return whole * scattering_span(modules[0].cascade)
    wide = before.new_zeros(*before.shape[:2], *(n + MORE for n in before.shape[-2:]))
    more = max(network.after([layer], wide).shape[-2:]) - side
    return MORE / more if more else whole
