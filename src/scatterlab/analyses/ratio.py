"""How far a small change of an image moves its representation, at random and at worst."""

from collections.abc import Callable, Sequence

import torch

from scatterlab.cascades.cascade import Cascade

Norms = Callable[[torch.Tensor], torch.Tensor]


def noise_like(images: torch.Tensor, amplitude: float, seed: int) -> torch.Tensor:
    """White noise w for each of `images` (sample, channel, y, x), of ‖w‖ = `amplitude`·√pixels.

    The amplitude is thus the root mean square over colours and pixels, in units of intensity: the
    distortion of Szegedy et al. 2014. It does not depend on the image, which may be black.
    """
    draw = torch.Generator().manual_seed(seed)
    noise = torch.randn(images.shape, generator=draw, dtype=images.dtype)
    return of_norm(noise.to(images.device), amplitude)


def of_norm(directions: torch.Tensor, amplitude: float) -> torch.Tensor:
    """`directions` (sample, …), each made as long as `noise_like` says."""
    length = amplitude * directions[0].numel() ** 0.5
    norms = directions.flatten(1).norm(dim=1).clamp_min(torch.finfo(directions.dtype).tiny)
    return directions * (length / norms).view(-1, *[1] * (directions.ndim - 1))


def random_ratios(
    cascade: Cascade,
    layers: Sequence[str],
    images: torch.Tensor,
    scales: Sequence[torch.Tensor | None],
    amplitude: float,
    seed: int,
) -> torch.Tensor:
    """‖Φ(x + w) − Φ(x)‖ / ‖w‖ for white noise w, (layer, sample).

    `scales` are what the channels of each layer are multiplied by, None: 1.
    """
    noise = noise_like(images, amplitude, seed)
    with torch.inference_mode():
        before, after = (cascade.maps_of(batch, layers) for batch in (images, images + noise))
    moved = [
        lengths(scaled(after[layer] - before[layer], scale))
        for layer, scale in zip(layers, scales, strict=True)
    ]
    return torch.stack(moved) / lengths(noise)


def worst_ratios(
    cascade: Cascade,
    layer: str,
    images: torch.Tensor,
    scale: torch.Tensor | None,
    amplitude: float,
    steps: int,
    seed: int,
) -> torch.Tensor:
    """The largest ‖Φ(x + w) − Φ(x)‖ / ‖w‖ that ascent finds on the sphere of w, (sample,).

    From white noise, w goes to the gradient of ‖Φ(x + w) − Φ(x)‖²/2, made as long again. For a
    linear Φ this is power iteration, and for any it never leaves the sphere; the largest ratio of
    all `steps` counts.
    """
    with torch.no_grad():
        start = cascade.maps(images, layer)
    change = noise_like(images, amplitude, seed)
    best = torch.zeros(len(images), device=images.device)
    for step in range(steps + 1):
        change = change.detach().requires_grad_()
        moved = scaled(cascade.maps(images + change, layer) - start, scale)
        norms = lengths(moved)
        best = torch.maximum(best, (norms / lengths(change)).detach())
        if step < steps:
            (gradient,) = torch.autograd.grad(norms.square().sum() / 2, change)
            still = lengths(gradient) == 0  # nothing moves there: keep w
            gradient[still] = change.detach()[still]
            change = of_norm(gradient, amplitude)
    return best


def scaled(maps: torch.Tensor, scale: torch.Tensor | None) -> torch.Tensor:
    """`maps` (sample, channel, y, x), each channel times its `scale`."""
    return maps if scale is None else maps * scale.to(maps)[:, None, None]


def lengths(tensors: torch.Tensor) -> torch.Tensor:
    """‖·‖ of each sample."""
    return tensors.flatten(1).norm(dim=1)
