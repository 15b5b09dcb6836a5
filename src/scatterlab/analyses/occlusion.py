"""What a decision looks at: a grey square slides over the image (Zeiler & Fergus, ECCV 2014, §4.2).

For every position of the square, three maps: the summed activity of the strongest map of the top
convolutional layer, the probability of the true class, and the class that is decided for. If the
activity falls where the probability does, the map has seen the object and not what surrounds it.
"""

import itertools

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.decider import cascade_of
from scatterlab.cascades.cascade import Cascade
from scatterlab.errors import InputError

POSITIONS = 64
"""Of the square, whose images are shown to the decider together."""
STRONGEST = ("sum", "standard")


def occlude(
    decider: torch.nn.Module,
    images: torch.Tensor,
    labels: np.ndarray,
    *,
    examples: int = 4,
    size: int = 8,
    stride: int = 2,
    grey: float = 0.5,
    strongest: str = "sum",
    layer: str | None = None,
) -> xr.Dataset:
    """The three maps of `examples` among `images` (sample, channel, y, x), of class `labels`.

    `decider` is what `build_decider` makes. The square has `size` pixels a side and intensity
    `grey`; its centre takes every `stride`-th pixel in each direction, and what of it is outside
    the image is lost. `layer` is by default the last one of more than one pixel. Its strongest map
    is the one whose sum over the image is the largest (`strongest` ``"sum"``, as in the paper), or
    stands out the most: less its mean over `images`, in their standard deviations (``"standard"``,
    for layers whose maps have levels of their own).

    Returned, with (example, row, column): ``activity``, ``probability`` (softmax of the scores),
    ``decided`` (a label); of the whole image with (example): ``whole_activity``,
    ``whole_probability``, ``whole_decided``; ``images``, and ``projection``, the gradient of the
    activity in the image, (example, channel, y, x). Coordinates: ``label``, ``sample`` (a place in
    `images`), ``map`` (the strongest), ``y`` and ``x`` of the centres, in pixels. The attributes
    say how many images were ``passed_over`` for an example, as they are decided for wrongly.

    Raises `InputError` for a square that is larger than the image, a stride below 1, a grey outside
    [0, 1], and `ScatterlabError` for an unknown layer.
    """
    cascade = cascade_of(decider)
    centres_y, centres_x, covered = squares(images.shape[-2:], size, stride)
    if not 0 <= grey <= 1:
        raise InputError(f"grey={grey}: an intensity in [0, 1]")
    layer = top_layer(cascade, images) if layer is None else cascade.layer_or_last(layer)
    chosen, passed_over = choose(decider, images, labels, examples)
    maps = strongest_maps(cascade, layer, images, chosen, strongest)
    looks = [
        looked_at(decider, layer, image, covered, grey, int(place), int(label))
        for image, place, label in zip(images[chosen], maps, labels[chosen], strict=True)
    ]
    grid = ("example", "row", "column")
    stacked = {name: np.stack([look[name] for look in looks]) for name in looks[0]}
    pictured = ("example", "channel", "pixel_y", "pixel_x")
    return xr.Dataset(
        {
            **{name: (grid[: values.ndim], values) for name, values in stacked.items()},
            "images": (pictured, images[chosen].numpy()),
            "projection": (pictured, projections(cascade, layer, images[chosen], maps)),
        },
        coords={
            "label": ("example", labels[chosen]),
            "sample": ("example", chosen),
            "map": ("example", maps),
            "y": ("row", centres_y),
            "x": ("column", centres_x),
        },
        attrs={
            "layer": layer,
            "passed_over": passed_over,
            "size": size,
            "stride": stride,
            "grey": grey,
            "strongest": strongest,
        },
    )


def squares(shape, size: int, stride: int) -> tuple[np.ndarray, np.ndarray, torch.Tensor]:
    """Rows and columns of the centres, and what each square covers, bool (row, column, 1, y, x)."""
    if stride < 1:
        raise InputError(f"stride={stride}: the square moves by at least one pixel")
    if not 1 <= size <= min(shape):
        raise InputError(
            f"size={size}: a square of 1 to {min(shape)} pixels fits into images of "
            f"{shape[0]}×{shape[1]}"
        )
    centres, covers = [], []
    for side in shape:
        centre = np.arange((side - 1) % stride // 2, side, stride)
        first = centre[:, None] - size // 2
        pixels = np.arange(side)
        centres.append(centre)
        covers.append((pixels >= first) & (pixels < first + size))
    covered = covers[0][:, None, None, :, None] & covers[1][None, :, None, None, :]
    return *centres, torch.from_numpy(covered)


def top_layer(cascade: Cascade, images: torch.Tensor) -> str:
    """The last layer whose maps have more than one pixel; the last of all if none has."""
    with torch.inference_mode():
        maps = cascade.maps_of(images[:1], cascade.layers)
    wide = [layer for layer in cascade.layers if maps[layer].shape[-2:].numel() > 1]
    return wide[-1] if wide else cascade.layers[-1]


def choose(
    decider: torch.nn.Module, images: torch.Tensor, labels: np.ndarray, count: int
) -> tuple[np.ndarray, int]:
    """`count` of the images, of classes evenly spread, and how many were passed over for them.

    Of each class those come first that are decided for rightly, in their order.
    """
    with torch.inference_mode():
        decided = torch.cat([decider(batch).argmax(1) for batch in images.split(POSITIONS)])
    wrong = decided.numpy() != labels
    known = np.unique(labels)
    spread = known[np.linspace(0, len(known) - 1, min(count, len(known))).round().astype(int)]
    members = [np.flatnonzero(labels == label) for label in spread]
    queues = [of_class[np.argsort(wrong[of_class], kind="stable")] for of_class in members]
    rounds = [queue[turn] for turn in range(len(images)) for queue in queues if turn < len(queue)]
    chosen = np.array(rounds[:count])
    before = [
        wrong[sample] and sample not in chosen
        for of_class in members
        for sample in of_class
        if sample < max(set(of_class) & set(chosen))
    ]
    return chosen, int(np.sum(before))


def strongest_maps(
    cascade: Cascade, layer: str, images: torch.Tensor, chosen: np.ndarray, strongest: str
) -> np.ndarray:
    """The strongest map of `layer` for each of the images that are `chosen`."""
    if strongest not in STRONGEST:
        raise InputError(f"strongest={strongest!r}: one of {', '.join(STRONGEST)}")
    with torch.inference_mode():
        sums = [cascade.maps(batch, layer).sum((-2, -1)) for batch in images.split(POSITIONS)]
    sums = torch.cat(sums).double()
    if strongest == "standard":
        sums = (sums - sums.mean(0)) / sums.std(0, correction=0).clamp_min(1e-12)
    return sums[chosen].argmax(1).numpy()


def looked_at(decider, layer: str, image, covered, grey: float, place: int, label: int) -> dict:
    """What `seen` finds for each square (row, column), and of the whole image as ``whole_…``."""
    occluded = (torch.where(some, grey, image) for some in covered.flatten(0, 1).split(POSITIONS))
    whole, *found = (
        seen(decider, layer, batch, place, label)
        for batch in itertools.chain([image[None]], occluded)
    )
    grid = covered.shape[:2]
    maps = {name: np.concatenate([one[name] for one in found]).reshape(grid) for name in whole}
    return maps | {f"whole_{name}": value[0] for name, value in whole.items()}


def seen(decider, layer: str, images: torch.Tensor, place: int, label: int) -> dict:
    """Activity of the map number `place`, probability of `label` and decision, for each image."""
    with torch.inference_mode():
        scores = decider(images)
        activity = cascade_of(decider).maps(images, layer)[:, place].sum((-2, -1))
    return {
        "activity": activity.numpy(),
        "probability": scores.double().softmax(1)[:, label].numpy(),
        "decided": scores.argmax(1).numpy(),
    }


def projections(cascade: Cascade, layer: str, images: torch.Tensor, maps) -> np.ndarray:
    """The gradient of each image's strongest map, summed, in the image: where it comes from.

    In place of the paper's deconvolution, from which it differs in what rectifiers pass back.
    """
    moved = images.clone().requires_grad_()
    activity = cascade.maps(moved, layer).sum((-2, -1))
    strongest = activity[torch.arange(len(images)), torch.from_numpy(maps)]
    return torch.autograd.grad(strongest.sum(), moved)[0].numpy()
