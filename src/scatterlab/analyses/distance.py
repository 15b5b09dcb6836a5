"""How far a transformation of the image moves its representation."""

from collections.abc import Sequence

import torch

from scatterlab.cascades.cascade import Cascade


def relative_change(
    cascade: Cascade, layer: str | None, images: torch.Tensor, changed: torch.Tensor
) -> torch.Tensor:
    """‖Φ(x') − Φ(x)‖ / ‖Φ(x)‖ for each image, (sample,)."""
    layers = [cascade.layer_or_last(layer)]
    return relative_changes(cascade, layers, images, [changed])[0, 0]


def relative_changes(
    cascade: Cascade, layers: Sequence[str], images: torch.Tensor, changed: Sequence[torch.Tensor]
) -> torch.Tensor:
    """The same of several `layers`, and of several batches of `changed` images.

    Has shape (changed, layer, sample). What a layer makes of `images` is computed once.
    """
    with torch.inference_mode():
        before = flattened(cascade, layers, images)
        sizes = [maps.norm(dim=1).clamp_min(1e-30) for maps in before]
        rows = []
        for batch in changed:
            after = flattened(cascade, layers, batch)
            pairs = zip(after, before, sizes, strict=True)
            rows.append(torch.stack([(new - old).norm(dim=1) / size for new, old, size in pairs]))
    return torch.stack(rows)


def flattened(cascade: Cascade, layers: Sequence[str], images: torch.Tensor) -> list[torch.Tensor]:
    """The features (sample, feature) of each of `layers`."""
    maps = cascade.maps_of(images, layers)
    return [maps[layer].flatten(1) for layer in layers]
