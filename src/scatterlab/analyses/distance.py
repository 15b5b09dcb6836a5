"""How far a transformation of the image moves its representation."""

import torch

from scatterlab.cascades.cascade import Cascade


def relative_change(
    cascade: Cascade, layer: str | None, images: torch.Tensor, changed: torch.Tensor
) -> torch.Tensor:
    """‖Φ(x') − Φ(x)‖ / ‖Φ(x)‖ for each image, (sample,)."""
    with torch.inference_mode():
        before, after = (cascade.maps(batch, layer).flatten(1) for batch in (images, changed))
    return (after - before).norm(dim=1) / before.norm(dim=1).clamp_min(1e-30)
