"""Where clutter goes: over parts of the image, or behind the object."""

import numpy as np
import torch

from scatterlab.analyses.clutter_fields import cells


def orders(shape: torch.Size, patch: int, rng: np.random.Generator) -> torch.Tensor:
    """When each pixel is covered, (sample, 1, y, x): a place in [0, 1) in its image's order.

    The image is cut into square cells of `patch` pixels a side, whose order is drawn for each
    image; the n-th of N cells has (n − ½)/N.
    """
    count, _, *sides = shape
    corners = cells(sides, patch)
    order = torch.empty(count, 1, *sides)
    for one in order:
        places = (rng.permutation(len(corners)) + 0.5) / len(corners)
        for (top, left), place in zip(corners, places, strict=True):
            one[:, top : top + patch, left : left + patch] = float(place)
    return order


def cover(
    images: torch.Tensor, fields: torch.Tensor, order: torch.Tensor, share: float
) -> torch.Tensor:
    """`images` with a `share` of their cells, the first of `order`, replaced by those of `fields`.

    What a smaller share covers, a larger one covers too; 0 leaves the images, 1 leaves none.
    """
    return torch.where(order < share, fields, images)


def mattes(images: torch.Tensor, threshold: float) -> torch.Tensor:
    """How far each pixel belongs to the object, (sample, 1, y, x) in [0, 1].

    Objects are taken to be before a plain background, whose intensities are the medians b of the
    image's outermost pixels: min(1, |x − b| / `threshold`), with the channel that differs most.
    """
    distance = (images - plain(images)).abs().amax(1, keepdim=True)
    return (distance / threshold).clamp(max=1)


def plain(images: torch.Tensor) -> torch.Tensor:
    """The medians of the outermost pixels, (sample, channel, 1, 1)."""
    edges = [images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1]]
    return torch.cat(edges, dim=-1).median(-1).values[..., None, None]


def behind(
    images: torch.Tensor, fields: torch.Tensor, matte: torch.Tensor, amplitude: float
) -> torch.Tensor:
    """Objects before clutter: x + a (1 − m) (t − b), of amplitude a and fields t, in [0, 1].

    `matte` m and the plain background b are those of `mattes`. Amplitude 0 leaves the images; with
    1 there is clutter t wherever there was the background.
    """
    return (images + amplitude * (1 - matte) * (fields - plain(images))).clamp(0, 1)
